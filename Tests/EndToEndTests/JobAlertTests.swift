import Foundation
import Glibc
import Testing

/// What the daemon finds out about jobs by itself, told to a real receiver: once when it begins, once when it is over.
@Suite(.ownThread)
struct JobAlertTests {
    /// `occasion key` of what was told.
    private static func told(_ receiver: AlertTests.Receiver) -> [String] { receiver.all.map { "\($0.occasion) \($0.key)" } }

    /// A site with a receiver that hears of all jobs.
    private static func site() throws -> (site: Site, receiver: AlertTests.Receiver, server: LoopbackServer) {
        let site = try Site()
        let receiver = AlertTests.Receiver(site)
        let server = try AlertTests.server(receiver)
        try site.configure(AlertTests.configuration(server))
        return (site, receiver, server)
    }

    /// Starts a run that holds the group `one` until its gate is opened.
    private static func occupy(_ site: Site, _ daemon: Child) throws {
        try site.gate("gate")
        let start = try site.start("run-now", "busy", "--detach")
        #expect(try start.wait() == .exited(0), "\(start.errors)")
        try site.marks("log", of: daemon)
    }

    private static let busy = Jobs.gated("gate", schedule: nil, extra: "group: one")

    @Test func aRunThatStartsLateIsToldAndSoIsTheNextThatStartsInTime() throws {
        let (site, receiver, server) = try Self.site()
        try site.job("busy", Self.busy)
        let daemon = try site.daemon()
        try Self.occupy(site, daemon)
        let extra = "group: one\nnotify: {on: [late, recovery]}\nalerts: {late: 3s}"
        try site.job("every", Jobs.append("every", schedule: "* * * * * *", extra: extra))
        try site.marks("notices", of: daemon)
        #expect(Self.told(receiver) == ["firing every/late"] && Files.lines("\(site.marks)/every").isEmpty, "it is told while it waits")
        try site.open(gate: "gate")
        try site.marks("notices", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(Self.told(receiver).prefix(2) == ["firing every/late", "resolved every/late"])
        withExtendedLifetime(server) {}
    }

    @Test func aRunThatNeverStartedIsToldAndSoIsTheNextThatStarts() throws {
        let (site, receiver, server) = try Self.site()
        try site.job("busy", Self.busy)
        let first = try site.daemon()
        try Self.occupy(site, first)
        try site.job("every", Jobs.append("every", schedule: "* * * * * *", extra: "group: one"))
        try site.wait("SELECT count(*) FROM runs WHERE state = 'due'", of: first)
        #expect(try first.stop() == .exited(0), "\(first.errors)")
        // While no daemon runs the slot gets too old to be made up for; the group is still held.
        try site.ledger.edit("UPDATE runs SET due_at = due_at - 90000000 WHERE state = 'due'")
        let second = try site.daemon()
        try site.wait("the alert", of: second) { Self.told(receiver).contains("firing every/never_started") ? true : nil }
        #expect(Files.lines("\(site.marks)/every").isEmpty)
        try site.open(gate: "gate")
        try site.wait("its end", of: second) { Self.told(receiver).contains("resolved every/never_started") ? true : nil }
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        let told = Self.told(receiver).filter { $0.hasSuffix("/never_started") }
        #expect(told == ["firing every/never_started", "resolved every/never_started"])
        withExtendedLifetime(server) {}
    }

    @Test func aRunThatGoesOnTooLongIsToldWhileItDoesAndItsEndToo() throws {
        let (site, receiver, server) = try Self.site()
        try site.gate("gate")
        let extra = "notify: {on: [slow, recovery]}\nalerts: {slow: 1s}"
        try site.job("long", Jobs.gated("gate", schedule: nil, extra: extra))
        let daemon = try site.daemon()
        let start = try site.start("run-now", "long", "--detach")
        #expect(try start.wait() == .exited(0), "\(start.errors)")
        try site.marks("notices", of: daemon)
        #expect(try site.ledger.column("SELECT state FROM runs") == ["running"])
        try site.open(gate: "gate")
        try site.marks("notices", atLeast: 2, of: daemon)
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'delivered'", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(Self.told(receiver) == ["firing long/slow", "resolved long/slow"])
        withExtendedLifetime(server) {}
    }

    @Test func slotsThatWereMissedAreToldOnceAndAGoodRunEndsThat() throws {
        let (site, receiver, server) = try Self.site()
        // The slot of each hour was five minutes ago, so that it was missed, and none comes soon.
        let minute = (Int(Date().timeIntervalSince1970) / 60 + 55) % 60
        try site.job("hourly", Jobs.append("hourly", schedule: "\(minute) * * * *", extra: "catch_up: {mode: none}"))
        try site.daemon().stop()
        try site.ledger.edit("UPDATE cursors SET accounted_to = accounted_to - 36000000")
        try site.ledger.edit("UPDATE clock SET last_seen = last_seen - 36000000")
        let daemon = try site.daemon()
        try site.marks("notices", of: daemon)
        #expect(Self.told(receiver) == ["firing hourly/missed"])
        let run = try site.start("run-now", "hourly")
        #expect(try run.wait() == .exited(0), "\(run.errors)")
        try site.marks("notices", atLeast: 2, of: daemon)
        try site.wait("SELECT count(*) FROM outbox WHERE state = 'delivered'", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(Self.told(receiver) == ["firing hourly/missed", "resolved hourly/missed"])
        let summary = try site.ledger.column("SELECT json_extract(payload, '$.summary') FROM outbox ORDER BY id").first
        #expect(summary?.hasPrefix("hourly: 10 slots were missed: ") == true, "\(summary ?? "")")
        withExtendedLifetime(server) {}
    }
}
