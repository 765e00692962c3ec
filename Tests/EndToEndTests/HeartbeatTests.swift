import Foundation
import Glibc
import Synchronization
import Testing

/// `heartbeat:` on the built programs, with real servers on loopback.
@Suite(.ownThread)
struct HeartbeatTests {
    /// What a server saw; the test waits for it through a file of marks.
    final class Pings: Sendable {
        private let texts = Mutex<[String]>([])
        private let mark: String

        init(_ site: Site) { mark = site.marks + "/pings" }

        func note(_ text: String) {
            texts.withLock { $0.append(text) }
            let descriptor = open(mark, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            _ = write(descriptor, "ping\n", 5)
            close(descriptor)
        }

        var all: [String] { texts.withLock { $0 } }
        /// The paths, without what comes behind.
        var paths: [String] { all.map { String($0.split(separator: " ")[1].prefix { $0 != "?" }) } }
    }

    private static func answering(_ pings: Pings) throws -> LoopbackServer {
        try LoopbackServer { connection in
            let text = connection.request()
            connection.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            pings.note(text)
        }
    }

    @Test func aFailedRunTellsItsStartItsExitCodeAndItsOutputWithoutSecrets() throws {
        let site = try Site()
        let pings = Pings(site)
        let server = try Self.answering(pings)
        let path = site.secrets + "/key"
        try "opensesame\n".write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o400)
        site.more["PING"] = server.url + "/token"
        let extra = "heartbeat: \"${PING}\"\nsecrets: {KEY: {from: secret:key, as: env}}"
        try site.job("hand", Jobs.shell("echo key $KEY; echo bad >&2; exit 3", schedule: "* * * * * *", extra: extra))
        let daemon = try site.daemon()
        try site.marks("pings", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(pings.paths.prefix(2) == ["/token/start", "/token/3"])
        let end = try #require(pings.all.dropFirst().first)
        #expect(end.contains("key ***\n") && end.contains("bad\n") && !end.contains("opensesame"), "\(end)")
        let ids = pings.all.prefix(2).map { $0.split(separator: " ")[1].split(separator: "?")[1] }
        #expect(ids[0] == ids[1] && ids[0].hasPrefix("rid="))
        let show = try site.start("show", "hand")
        try show.wait()
        #expect(show.output.contains("\(server.url)/***"), "\(show.output)\(show.errors)")
        #expect(!show.output.contains("token") && !daemon.errors.contains("token"))
    }

    @Test func aServerThatNeverAnswersDelaysNoRun() throws {
        let site = try Site()
        let pings = Pings(site)
        let server = try LoopbackServer { connection in
            pings.note(connection.request())
            connection.waitForHangUp()
        }
        try site.job("every", Jobs.append("marks", schedule: "* * * * * *", extra: "heartbeat: \(server.url)"))
        let daemon = try site.daemon()
        try site.marks("pings", of: daemon)
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 4, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(daemon.errors.contains("was not delivered: there was no more time"), "\(daemon.errors)")
    }

    @Test func aDaemonThatTakesARunOverTellsItsEndOnly() throws {
        let site = try Site()
        let pings = Pings(site)
        let server = try Self.answering(pings)
        try site.gate("gate")
        try site.job("hand", Jobs.gated("gate", schedule: nil, extra: "heartbeat: \(server.url)"))
        let command = try site.start("run-now", "hand")
        try site.marks("pings", of: command)
        let daemon = try site.daemon()
        try site.open(gate: "gate")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        try site.marks("pings", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(pings.paths == ["/start", "/"])
    }

    @Test func runNowWithoutADaemonTellsAsWell() throws {
        let site = try Site()
        let pings = Pings(site)
        let server = try Self.answering(pings)
        try site.job("hand", Jobs.shell("exit 7", schedule: nil, extra: "heartbeat: \(server.url)/p"))
        let command = try site.start("run-now", "hand")
        #expect(try command.wait() == .exited(1), "\(command.errors)")
        #expect(pings.paths == ["/p/start", "/p/7"])
    }

    @Test func aPingThatCannotBeDeliveredChangesNoExitStatus() throws {
        let site = try Site()
        try site.job("hand", Jobs.shell("exit 0", schedule: nil, extra: "heartbeat: http://127.0.0.1:1/token"))
        let command = try site.start("run-now", "hand")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(command.errors.contains("was not delivered") && !command.errors.contains("token"), "\(command.errors)")
    }
}
