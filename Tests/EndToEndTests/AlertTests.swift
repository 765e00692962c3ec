import Foundation
import Glibc
import Synchronization
import Testing

/// Alerts of a whole daemon, with a real server at the other end.
@Suite(.ownThread)
struct AlertTests {
    /// What the server got, in its order. Each notice is in a file of marks, too, so that tests can wait.
    final class Receiver: Sendable {
        struct Notice: Hashable, Decodable {
            let id: String
            let key: String
            let seq: Int
            let occasion: String
            let delivery: String
            let members: [Member]?

            private enum CodingKeys: String, CodingKey {
                case id, seq, occasion, delivery, members
                case key = "dedup_key"
            }

            /// One of the alerts that a notice tells of.
            struct Member: Hashable, Decodable {
                let id: String
                let key: String

                private enum CodingKeys: String, CodingKey {
                    case id
                    case key = "dedup_key"
                }
            }
        }

        private let got = Mutex<[Notice]>([])
        private let mark: String

        init(_ site: Site) { mark = site.marks + "/notices" }

        var all: [Notice] { got.withLock { $0 } }

        /// Takes a request, and writes it down before it is answered. One that broke off, since its sender died, is none.
        func take(_ request: String) {
            guard LoopbackServer.isWhole(request) else { return }
            let parts = request.split(separator: "\r\n\r\n", maxSplits: 1)
            do {
                let notice = try JSONDecoder().decode(Notice.self, from: Data((parts.last ?? "").utf8))
                #expect(parts[0].contains("Idempotency-Key: \(notice.delivery)"))
                got.withLock { $0.append(notice) }
            } catch {
                Issue.record("no notice: \(error)\n\(request)")
            }
            let descriptor = open(mark, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            _ = write(descriptor, "notice\n", 7)
            close(descriptor)
        }
    }

    static let yes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    /// A daemon's file with a webhook that is told of all jobs.
    static func configuration(_ server: LoopbackServer) -> String {
        "channels: {ops: {type: webhook, url: \"\(server.url)\"}}\nalerts: {to: [ops]}\n"
    }

    /// Fails, is well, fails, …, until there is a file `good`.
    static let flip = Jobs.shell(flipLine, schedule: "* * * * * *")
    static let flipLine =
        "n=$(cat MARKS/n 2>/dev/null || echo 0); echo $((n + 1)) >MARKS/n; test $((n % 2)) = 1 -o -e MARKS/good"

    static func server(
        _ receiver: Receiver, before: @escaping @Sendable () -> Void = {}, after: @escaping @Sendable () -> Void = {}
    ) throws -> LoopbackServer {
        try LoopbackServer { connection in
            receiver.take(connection.request())
            before()
            connection.answer(yes)
            after()
        }
    }

    @Test func aJobThatFailsAndRecoversIsToldAndTheCommandsShowIt() throws {
        let site = try Site()
        let receiver = Receiver(site)
        let server = try Self.server(receiver)
        try site.configure(Self.configuration(server))
        try site.job("flip", Jobs.shell("test -e MARKS/good", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        try site.marks("notices", of: daemon)
        let list = try site.start("alerts", "list", "--json")
        #expect(try list.wait() == .exited(0), "\(list.errors)")
        #expect(list.output.contains(#""key":"flip/failure""#) && list.output.contains(#""state":"firing""#), "\(list.output)")
        let ack = try site.start("alerts", "ack", "flip/failure")
        #expect(try ack.wait() == .exited(0), "\(ack.errors)")
        #expect(ack.output.contains("flip/failure is acknowledged by "), "\(ack.output)")
        let silence = try site.start("alerts", "silence", "other/*", "--for", "1h", "--reason", "why not")
        #expect(try silence.wait() == .exited(0), "\(silence.errors)")
        let unsilence = try site.start("alerts", "unsilence", "other/*")
        #expect(try unsilence.wait() == .exited(0), "\(unsilence.errors)")
        let unknown = try site.start("alerts", "ack", "nothing")
        #expect(try unknown.wait() == .exited(4), "\(unknown.errors)")
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        try site.marks("notices", atLeast: 2, of: daemon)
        #expect(receiver.all.map(\.occasion) == ["firing", "resolved"])
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        let history = try site.start("alerts", "history", "--json")
        #expect(try history.wait() == .exited(0))
        let whats = history.output.split(separator: "\n").compactMap { $0.firstMatch(of: #/"what":"(\w+)"/#)?.1 }
        #expect(whats == ["told", "resolved", "unsilenced", "silenced", "acknowledged", "told", "fired"], "\(history.output)")
        let audit = try site.ledger.column("SELECT verb || ' ' || object || ' ' || result FROM audit ORDER BY id")
        #expect(
            audit == [
                "alerts ack flip/failure done", "alerts silence other/* done", "alerts unsilence other/* done",
                "alerts ack nothing not_found: no alert that fires has the id or the key nothing",
            ])
    }

    @Test func checksOfAPluginAreShownAndDecideTheExitStatus() throws {
        let site = try Site()
        mkdir(site.root + "/plugins", 0o755)
        site.more["ACORE_SCHED_PLUGINS_DIR"] = site.root + "/plugins"
        let plugin = site.root + "/plugins/probe"
        try Tracer.install(script: Self.plugin, as: plugin)
        try site.job("probe", "uses: probe\nwith: {}\nalerts: {results: 2}\n")
        for (states, status) in [("ok ok", 0), ("warning unknown", 3), ("critical ok", 1), ("critical ok", 1)] as [(String, Int32)] {
            try site.job("probe", "uses: probe\nwith: {states: \"\(states)\"}\nalerts: {results: 2}\n")
            let run = try site.start("run-now", "probe")
            try run.wait()
            let health = try site.start("health")
            #expect(try health.wait() == .exited(status), "\(health.output)\(health.errors)\(run.errors)")
        }
        let health = try site.start("health", "--json")
        try health.wait()
        #expect(
            health.output.contains(#""check":"disk""#) && health.output.contains(#""values":[41.5,41.5,41.5,41.5]"#), "\(health.output)")
        let nagios = try site.start("health", "--nagios")
        #expect(try nagios.wait() == .exited(2))
        #expect(nagios.output == "HEALTH CRITICAL - disk / critical | 'probe/disk//'=41.5%;90;95\n", "\(nagios.output)")
        // Without a daemon: the runs by hand made the alert, the next daemon tells of it.
        let list = try site.start("alerts", "list")
        try list.wait()
        #expect(list.output.contains("probe/disk//") && list.output.contains("critical"), "\(list.output)")
        let show = try site.start("alerts", "show", "probe/disk//")
        #expect(try show.wait() == .exited(0), "\(show.errors)")
        #expect(show.output.contains("value    41.5 percent (warning from 90, critical from 95)"), "\(show.output)")
        let ack = try site.start("alerts", "ack", "probe/disk//", "--json")
        #expect(try ack.wait() == .exited(0), "\(ack.errors)")
        #expect(try site.ledger.column("SELECT verb FROM audit").last == "alerts ack")
    }

    private static let plugin = """
        #!/bin/sh
        case $1 in
        describe) echo '{"v":1,"kind":"probe","summary":"probes","rules":false,"settings":[{"name":"states","type":{"type":"text","form":"line"},"required":false,"help":"h"}]}' ;;
        check) while IFS= read -r _; do echo '{"findings":[]}'; done ;;
        run)
            IFS= read -r request
            set -- $(printf '%s' "$request" | sed -n 's/.*"states":"\\([a-z ]*\\)".*/\\1/p')
            echo '{"t":"check","name":"disk","target":"/","state":"'$1'","value":41.5,"unit":"percent","warning":90,"critical":95}'
            echo '{"t":"check","name":"load","state":"'$2'"}'
            echo '{"t":"result","outcome":"failed","summary":"probed","retry":"cannot_help"}'
            ;;
        esac
        """
}
