import Foundation
import Glibc
import Testing

/// Alerts that come within seconds are one message, also when the daemon dies between.
@Suite(.ownThread)
struct GroupedAlertTests {
    private static func configuration(_ server: LoopbackServer, wait: String) -> String {
        """
        channels: {ops: {type: webhook, url: "\(server.url)"}}
        alerts: {to: [ops], fold: [ops], group_wait: \(wait)}

        """
    }

    private static let job = Jobs.shell("test -e MARKS/good", schedule: "* * * * * *")

    private static func keys(_ notice: AlertTests.Receiver.Notice?) -> [String] {
        (notice?.members?.map(\.key) ?? notice.map { [$0.key] } ?? []).sorted()
    }

    @Test func twoJobsThatFailWithinSecondsAreOneMessageAndSoIsTheirEnd() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let server = try AlertTests.server(receiver)
        try site.configure(Self.configuration(server, wait: "6s"))
        for name in ["a", "b"] { try site.job(name, Self.job) }
        let daemon = try site.daemon()
        try site.marks("notices", of: daemon)
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        try site.marks("notices", atLeast: 2, of: daemon)
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'delivered'", atLeast: 4, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(receiver.all.map(\.occasion) == ["firing", "resolved"])
        #expect(receiver.all.map { Self.keys($0) } == [["a/failure", "b/failure"], ["a/failure", "b/failure"]])
        #expect(daemon.errors.contains("/failure and 1 more to ops"), "\(daemon.errors)")
        let waits = try site.ledger.column("SELECT (next_attempt_at - created_at) / 1000 FROM outbox WHERE joined IS NOT NULL")
        #expect(waits == ["6", "6"])
    }

    @Test func aCrashBeforeAndAtTheFirstTryChangesNeitherTheIdNorWhoIsTold() throws {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let target = AlertDeathTests.Target(site)
        let server = try AlertTests.server(receiver, before: { target.strike() })
        try site.configure(Self.configuration(server, wait: "5s"))
        for name in ["a", "b"] { try site.job(name, Self.job) }
        let first = try site.daemon()
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'waiting' AND tries = 0", atLeast: 2, of: first)
        kill(first.pid, SIGKILL)
        #expect(try first.wait() == .signalled(SIGKILL))
        #expect(receiver.all.isEmpty)
        // The next one dies when the receiver has it, and has not answered.
        target.aim(after: 1)
        let second = try site.start("daemon")
        #expect(try second.wait() == .signalled(SIGKILL), "\(second.errors)")
        target.aim(after: 0)
        try site.job("c", Self.job)
        let third = try site.daemon()
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'delivered'", atLeast: 3, of: third)
        #expect(try third.stop() == .exited(0), "\(third.errors)")
        let all = receiver.all
        #expect(all.map { Self.keys($0) } == [["a/failure", "b/failure"], ["a/failure", "b/failure"], ["c/failure"]])
        #expect(all[0].delivery == all[1].delivery && all[2].delivery != all[0].delivery)
        #expect(all[0] == all[1])
    }
}
