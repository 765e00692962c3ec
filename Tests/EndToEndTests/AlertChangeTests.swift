import Foundation
import Glibc
import Testing

/// Who is told, when the files, or what operators want, change while an alert goes on; and what nobody is told.
@Suite(.ownThread)
struct AlertChangeTests {
    private static let job = Jobs.shell("test -e MARKS/good", schedule: "* * * * * *")

    private static func told(_ receiver: AlertTests.Receiver) -> [String] { receiver.all.map { "\($0.occasion) \($0.key)" } }

    private func recover(_ site: Site) throws {
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
    }

    @Test func aChannelThatIsRenamedWhileAnAlertFiresHearsOfItAndOfItsEnd() throws {
        let site = try Site()
        let (old, new) = (AlertTests.Receiver(site), AlertTests.Receiver(site))
        let (one, other) = (try AlertTests.server(old), try AlertTests.server(new))
        try site.configure(AlertTests.configuration(one))
        try site.job("bad", Self.job)
        let first = try site.daemon()
        try site.marks("notices", of: first)
        #expect(try first.stop() == .exited(0), "\(first.errors)")
        try site.configure(AlertTests.configuration(other).replacing("ops", with: "team"))
        let second = try site.daemon()
        try site.marks("notices", atLeast: 2, of: second)
        try recover(site)
        try site.marks("notices", atLeast: 3, of: second)
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'delivered'", atLeast: 3, of: second)
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        #expect(Self.told(old) == ["firing bad/failure"] && Self.told(new) == ["firing bad/failure", "resolved bad/failure"])
    }

    @Test func aChannelThatAJobNamesAnewHearsOfWhatFiresWithTheReload() throws {
        let site = try Site()
        let (ops, mine) = (AlertTests.Receiver(site), AlertTests.Receiver(site))
        let (one, other) = (try AlertTests.server(ops), try AlertTests.server(mine))
        try site.configure(
            """
            channels: {ops: {type: webhook, url: "\(one.url)"}, mine: {type: webhook, url: "\(other.url)"}}
            alerts: {to: [ops]}

            """)
        try site.job("bad", Self.job)
        let daemon = try site.daemon()
        try site.marks("notices", of: daemon)
        try site.job("bad", Jobs.shell("test -e MARKS/good", schedule: "* * * * * *", extra: "notify: {to: [ops, mine]}"))
        try site.marks("notices", atLeast: 2, of: daemon)
        try recover(site)
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'delivered'", atLeast: 4, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        for receiver in [ops, mine] { #expect(Self.told(receiver) == ["firing bad/failure", "resolved bad/failure"]) }
    }

    @Test func aSilenceWithinTheWaitIsHeard() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let server = try AlertTests.server(receiver)
        try site.configure(
            "channels: {ops: {type: webhook, url: \"\(server.url)\"}}\nalerts: {to: [ops], fold: [ops], group_wait: 15s}\n")
        for name in ["known", "new"] { try site.job(name, Self.job) }
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'waiting'", atLeast: 2, of: daemon)
        let silence = try site.start("alerts", "silence", "known/*", "--for", "1h", "--reason", "known")
        #expect(try silence.wait() == .exited(0), "\(silence.errors)")
        try site.marks("notices", of: daemon)
        #expect(Self.told(receiver) == ["firing new/failure"] && receiver.all.first?.members == nil)
        let show = try site.start("alerts", "show", "known/failure")
        #expect(try show.wait() == .exited(0), "\(show.errors)")
        #expect(show.output.contains("withdrawn: firing to ops: silenced by "), "\(show.output)")
        try recover(site)
        try site.marks("notices", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(Self.told(receiver) == ["firing new/failure", "resolved new/failure"])
    }

    @Test func thePauseThatAReceiverAskedForOutlivesTheDaemon() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let server = try LoopbackServer { connection in
            receiver.take(connection.request())
            connection.answer("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        try site.configure(AlertTests.configuration(server))
        try site.job("bad", Jobs.shell("exit 1", schedule: "* * * * * *"))
        let first = try site.daemon()
        try site.wait("SELECT count(*) FROM outbox WHERE trouble IS NOT NULL", of: first)
        #expect(try first.stop() == .exited(0), "\(first.errors)")
        try site.job("worse", Jobs.shell("exit 1", schedule: "* * * * * *"))
        let second = try site.daemon()
        let runs = try site.ledger.number("SELECT count(*) FROM runs")
        try site.wait("SELECT count(*) FROM runs", atLeast: runs + 4, of: second)
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        #expect(try site.ledger.number("SELECT count(*) FROM outbox") == 2)
        #expect(Self.told(receiver) == ["firing bad/failure"], "nothing else was tried")
    }

    @Test func noCommandShowsTheAddressOfAChannel() throws {
        let site = try Site()
        let server = try LoopbackServer { connection in
            _ = connection.request()
            connection.answer("HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        let path = site.secrets + "/hook"
        try "\(server.url)/opensesame?token=opensesame\n".write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o400)
        try site.configure("channels: {ops: {type: webhook, url: secret:hook}}\nalerts: {to: [ops]}\n")
        try site.job("bad", Jobs.shell("exit 1", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM outbox WHERE trouble IS NOT NULL", of: daemon)
        for words in [
            ["alerts", "show", "bad/failure"], ["alerts", "show", "bad/failure", "--json"], ["alerts", "list"], ["alerts", "history"],
            ["alerts", "test", "ops"],
        ] {
            let command = try site.start(words: words)
            try command.wait()
            #expect(!command.output.isEmpty || !command.errors.isEmpty)
            #expect(!(command.output + command.errors).contains("opensesame"), "\(words)\n\(command.output)\(command.errors)")
            if words == ["alerts", "show", "bad/failure"] {
                #expect(command.output.contains("to ops: waiting, 1 tries: "), "\(command.output)")
            }
        }
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(!daemon.errors.contains("opensesame"), "\(daemon.errors)")
        #expect(try site.ledger.number("SELECT count(*) FROM outbox WHERE trouble LIKE '%opensesame%' OR payload LIKE '%opensesame%'") == 0)
    }
}
