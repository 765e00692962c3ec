import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// A cluster of PostgreSQL, made for the test, and its own program's answers beside ours.
@Suite struct PostgreSQLTests {
    private static let programs = "/usr/lib/postgresql/15/bin"
    private static let obstacle = LocalServer.obstacle("\(programs)/initdb") ?? LocalServer.obstacle("/usr/bin/psql")

    private let site: Site

    init() throws { site = try Site() }

    /// PostgreSQL refuses to run as root.
    private var asOwner: [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["/usr/bin/env"]
    }

    /// A server with the user `bot`, the database `bot` and one table.
    private func serve(_ more: [String] = []) throws -> LocalServer {
        try site.write("pw", "ri\\ght:word")
        try site.shell("chmod 755 .; mkdir pg; [ $(id -u) != 0 ] || chown postgres:postgres pg")
        let owner = asOwner.joined(separator: " ")
        try site.shell(
            "\(owner) \(Self.programs)/initdb -D pg -U bot --pwfile=pw -A scram-sha-256 -E UTF8 --locale=C --data-checksums --no-sync")
        let port = try LocalServer.freePort()
        let words =
            asOwner + [
                "\(Self.programs)/postgres", "-D", "\(site.path)/pg", "-c", "listen_addresses=127.0.0.1", "-c", "port=\(port)", "-c",
                "unix_socket_directories=\(site.path)/pg", "-c", "fsync=off", "-c", "max_connections=20",
            ] + more
        let server = try LocalServer(on: port, words, in: site, endingBy: SIGQUIT)
        try site.write("DB", "ri\\ght:word\n")
        _ = try sql("postgres", "create database bot", on: server)
        _ = try sql("bot", "create table messages(x int); create view v as select 1", on: server)
        return server
    }

    private func sql(_ database: String, _ text: String, on server: LocalServer) throws -> String {
        try site.shell(
            "until PGPASSWORD=$(cat pw) psql -X -h 127.0.0.1 -p \(server.port) -U bot -d \(database) -v ON_ERROR_STOP=1 -qtAc '\(text)' 2>psql.err; do grep -q 'starting up' psql.err; done"
        )
    }

    private func look(_ settings: String, _ more: String = "") throws -> WireEvent.Check {
        let check = try check(DatabaseHealth.self, #"{"postgresql": {"it": {\#(settings)}}\#(more)}"#)
        var scene = site.scene()
        scene.secretsDirectory = site.path
        var memory: DatabaseHealth.Memory?
        return try check.look(scene, memory: &memory)["it"]
    }

    @Test(.enabled(if: obstacle == nil, "needs postgresql: deployment/scripts/setup test"))
    func aServerIsAskedForItsFigures() throws {
        let server = try serve()
        let whole =
            #""host": "127.0.0.1", "port": \#(server.port), "user": "bot", "database": "bot", "password": "secret:DB", "timeout": "60s""#
        let check = try look(whole)
        #expect(check.state == .ok, "\(check)")
        #expect(check.unit == "bytes" && check.value ?? 0 > 1_000_000)
        #expect(try check.input("size_bytes") == sql("bot", "select pg_database_size(current_database())", on: server).trimmed)
        #expect(try check.input("server_version") == sql("bot", "show server_version", on: server).trimmed)
        #expect(try check.input("table_count") == "1" && check.input("max_connections") == "20")
        #expect(try check.input("in_recovery") == "no" && check.input("connectivity") == "ok")
        // A session of the test's own may still be on its way out.
        #expect(try Int(check.input("connections")) ?? 0 >= 1)
        #expect(try Int(check.input("transaction_age")) ?? 0 > 0)
        #expect(!"\(check)".contains("ght:word"))
        let full = try look(whole + #", "connections": {"warning": 1, "critical": 5}"#)
        #expect(full.state == .critical, "one of 17 is 5.9 %: \(full)")
        #expect(full.reason?.hasSuffix(" of 17 connections are in use") == true)
        try failures(server)
    }

    /// What is refused, and what is not there.
    private func failures(_ server: LocalServer) throws {
        let place = #""host": "127.0.0.1", "port": \#(server.port), "user": "bot", "timeout": "60s""#
        try site.write("BAD", "wrong")
        let refused = try look(place + #", "database": "bot", "password": "secret:BAD""#)
        #expect(refused.state == .critical)
        #expect(refused.reason?.hasSuffix(#"FATAL:  password authentication failed for user "bot""#) == true, "\(refused)")
        #expect(try refused.input("connectivity") == refused.reason)
        let other = try look(place + #", "database": "none", "password": "secret:DB""#)
        #expect(other.reason?.hasSuffix(#"FATAL:  database "none" does not exist"#) == true, "\(other)")
        let socket = try look(
            #""host": "\#(site.path)/pg", "port": \#(server.port), "user": "bot", "database": "bot", "password": "secret:DB", "timeout": "60s""#
        )
        #expect(socket.state == .ok, "\(socket)")
    }

    @Test(.enabled(if: obstacle == nil, "needs postgresql: deployment/scripts/setup test"))
    func nobodyThereIsCriticalAndWhatIsMissingHereIsUnknown() throws {
        let port = try LocalServer.freePort()
        let gone = try look(#""host": "127.0.0.1", "port": \#(port)"#)
        #expect(gone.state == .critical)
        #expect(gone.reason?.hasSuffix("failed: Connection refused") == true, "\(gone)")
        let secret = try look(#""password": "secret:NONE""#)
        #expect(secret.state == .unknown)
        #expect(secret.reason == "the run has no secret NONE; add secrets: {NONE: secret:SOURCE} to the job")
        let program = try look(#""host": "127.0.0.1""#, #", "psql": "/no/such/psql""#)
        #expect(program.state == .unknown)
        #expect(program.reason == "/no/such/psql cannot be started: No such file or directory; install postgresql-client, or set psql:")
    }

    @Test func aServerThatDoesNotAnswerIsGivenUp() throws {
        let program = try site.script("psql", "#!/bin/sh\nexec sleep 609\n")
        let check = try look(#""timeout": "1s""#, #", "psql": "\#(program)""#)
        #expect(check.state == .critical && check.reason == "it did not answer in 1s")
    }

    @Test(arguments: [
        ("transaction_age", "1073741824", WireEvent.Check.State.warning, "rows are 1073741824 transactions old, 50 % of what there can be"),
        ("transaction_age", "1610612736", .critical, "rows are 1610612736 transactions old, 75 % of what there can be"),
        ("checksum_failures", "3", .critical, "3 pages had another checksum when they were read"),
        ("connections", "78", .warning, "78 of 97 connections are in use"), ("connections", "77", .ok, ""),
    ])
    func figuresAreJudged(_ name: String, _ value: String, _ state: WireEvent.Check.State, _ reason: String) throws {
        var figures = [
            "version": "\"15.1\"", "in_recovery": "true", "size": "5", "tables": "0", "connections": "1", "max_connections": "100",
            "reserved_connections": "3", "transaction_age": "9", "checksum_failures": "0",
        ]
        figures[name] = value
        let json = "{" + figures.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",") + "}"
        let program = try site.script("psql", "#!/bin/sh\necho '\(json)'\n")
        let check = try look(#""timeout": "60s""#, #", "psql": "\#(program)""#)
        #expect(check.state == state, "\(check)")
        #expect((check.reason ?? "").hasPrefix(reason))
        #expect(try check.input("in_recovery") == "yes")
    }

    @Test func whatPsqlRepeatsIsNotShown() throws {
        let words = "psql: error: connection to postgresql://bot:hunter2@db/bot failed, password=hunter2"
        let program = try site.script("psql", "#!/bin/sh\necho '\(words)' >&2\nexit 2\n")
        let check = try look(#""timeout": "60s""#, #", "psql": "\#(program)""#)
        #expect(check.reason == "connection to postgresql://***@db/bot failed, password=***")
        #expect(!"\(check)".contains("hunter2"))
    }

    @Test func anAnswerThatIsNoneAndAPasswordInTheOpenAreSaid() throws {
        let program = try site.script("psql", "#!/bin/sh\necho well\n")
        #expect(try look("", #", "psql": "\#(program)""#).reason == "\(program) did not answer as PostgreSQL does: well")
        let open = try findings(DatabaseHealth.self, #"{"postgresql": {"a": {"password": "open"}}}"#)
        #expect(open.map(\.problem) == ["with.database_health.postgresql.a.password would be seen by every reader of the file"])
    }
}
