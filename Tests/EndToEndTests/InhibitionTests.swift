import Foundation
import Glibc
import Testing

/// What holds alerts back, or keeps them quiet: a unit on which a run works, a silence, somebody who has seen them.
@Suite(.ownThread)
struct InhibitionTests {
    /// Marks a unit as being worked on, until there is a file `done`.
    private static let updater = """
        #!/bin/sh
        case $1 in
        describe) echo '{"v":1,"kind":"updater","summary":"updates","rules":false,"settings":[]}' ;;
        check) while IFS= read -r _; do echo '{"findings":[]}'; done ;;
        run)
            IFS= read -r request
            echo '{"t":"mark","mark":"maintenance","unit":"bot.service","until":"2099-01-01T00:00:00Z"}'
            echo x >>MARKS/updating
            until test -e MARKS/done; do sleep 0.1; done
            echo '{"t":"result","outcome":"succeeded","summary":"updated"}'
            ;;
        esac
        """

    @Test func whileARunWorksOnAUnitNobodyIsToldOfItAndAfterwardsOfWhatStillFires() throws {
        let site = try Site()
        mkdir(site.root + "/plugins", 0o755)
        site.more["ACORE_SCHED_PLUGINS_DIR"] = site.root + "/plugins"
        try Tracer.install(script: Self.updater.replacing("MARKS", with: site.marks), as: site.root + "/plugins/updater")
        let receiver = AlertTests.Receiver(site)
        let server = try AlertTests.server(receiver)
        try site.configure(AlertTests.configuration(server))
        try site.job("update", "uses: updater\nwith: {}\n")
        try site.job("bot", Jobs.shell("test ! -e MARKS/updating", schedule: "* * * * * *", extra: "alerts: {unit: bot.service}"))
        try site.job("other", Jobs.shell("test ! -e MARKS/updating", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        let start = try site.start("run-now", "update", "--detach")
        #expect(try start.wait() == .exited(0), "\(start.errors)")
        try site.marks("notices", of: daemon)
        try site.wait("SELECT count(*) FROM alerts WHERE alert IS NOT NULL", atLeast: 2, of: daemon)
        #expect(receiver.all.map(\.key) == ["other/failure"])
        let history = try site.start("alerts", "history", "--job", "bot")
        try history.wait()
        #expect(history.output.contains("nobody is told: bot.service is being maintained"), "\(history.output)")
        try "".write(toFile: "\(site.marks)/done", atomically: true, encoding: .utf8)
        try site.marks("notices", atLeast: 2, of: daemon)
        #expect(receiver.all.map(\.key) == ["other/failure", "bot/failure"])
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aSilenceHoldsBackHasAnAuthorAndAReasonAndItsEndTells() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let server = try AlertTests.server(receiver)
        try site.configure(AlertTests.configuration(server))
        try site.job("bad", Jobs.shell("exit 1", schedule: "* * * * * *"))
        let silence = try site.start("alerts", "silence", "bad/*", "--for", "1h", "--reason", "new disk")
        #expect(try silence.wait() == .exited(0), "\(silence.errors)")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM alerts WHERE alert IS NOT NULL", of: daemon)
        let list = try site.start("alerts", "list", "--silences", "--json")
        try list.wait()
        #expect(list.output.contains(#""reason":"new disk""#) && list.output.contains(#""pattern":"bad/*""#), "\(list.output)")
        #expect(list.output.contains(#""author":""#) && list.output.contains(#""until":""#))
        #expect(receiver.all.isEmpty)
        let end = try site.start("alerts", "unsilence", "bad/*")
        #expect(try end.wait() == .exited(0), "\(end.errors)")
        try site.marks("notices", of: daemon)
        #expect(receiver.all.map(\.key) == ["bad/failure"])
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func remindersComeUntilSomebodyHasSeenItAndItsEndIsTold() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let server = try AlertTests.server(receiver)
        try site.configure(AlertTests.configuration(server).replacing("{to: [ops]}", with: "{to: [ops], reminder: 1s}"))
        try site.job("bad", Jobs.shell("test -e MARKS/good", schedule: "* * * * * *"))
        let daemon = try site.daemon()
        try site.marks("notices", atLeast: 3, of: daemon)
        let seen = try site.start("alerts", "ack", "bad/failure")
        #expect(try seen.wait() == .exited(0), "\(seen.errors)")
        let told = try site.ledger.number("SELECT count(*) FROM outbox")
        let runs = try site.ledger.number("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL")
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", atLeast: runs + 4, of: daemon)
        #expect(try site.ledger.number("SELECT count(*) FROM outbox") == told, "nobody is reminded of what was seen")
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        try site.marks("notices", atLeast: told + 1, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        let occasions = receiver.all.map(\.occasion)
        #expect(occasions.first == "firing" && occasions.last == "resolved")
        #expect(Set(occasions.dropFirst().dropLast()) == ["reminder"] && receiver.all.map(\.seq) == Array(1...occasions.count))
    }
}
