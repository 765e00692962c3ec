import CronSchedule
import GRDB
import JobKit
import Testing

@testable import Ledger
@testable import SchedulerCore

/// Rows of checks, alerts and notices: written with what caused them, or not at all.
@Suite struct AlertRowTests {
    static func notice(_ number: Int, alert: Int = 1, sequence: Int = 1) throws -> AlertNotice {
        AlertNotice(
            delivery: try .sample(number), alert: try .sample(alert), key: "health/disk//", occasion: .firing, severity: .critical,
            job: "health", check: "disk", target: "/", summary: "full", details: "a\nb", value: 97.5, unit: "percent", warning: 90,
            critical: 95, startedAt: 1, endedAt: nil, host: "box", sequence: sequence, run: try .sample(9), acknowledgedBy: nil)
    }

    static func row(_ number: Int, alert: Int = 1, sequence: Int = 1, channel: String = "ops", at: Instant = .noon) throws -> OutboxRow {
        OutboxRow(notice: try notice(number, alert: alert, sequence: sequence), channel: channel, createdAt: .noon, nextAttempt: at)
    }

    private static func alert(revision: Int, _ level: AlertLevel = .critical) throws -> Alert {
        var alert = Alert(
            key: AlertKey(job: "health", check: "disk", target: "/"), last: AlertFinding(level, at: .noon, summary: "full\u{0}x"))
        var moment = AlertMoment(at: .noon, rule: AlertRule(), newID: try .sample(1))
        moment.rule.criticalChannels = ["ops"]
        alert.state = alert.state.after(.result(level), moment).state
        alert.flaps.count(level)
        alert.revision = revision
        return alert
    }

    private func changes(_ body: (inout AlertChanges) throws -> Void) rethrows -> LedgerChanges {
        var alerts = AlertChanges()
        try body(&alerts)
        return LedgerChanges(alerts: alerts)
    }

    @Test func everythingComesBackAsItWasWritten() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let alert = try Self.alert(revision: 1)
        let row = try Self.row(2)
        let silence = AlertSilence(
            id: try .sample(3), pattern: "health/*", until: .noon(plus: 60), author: "ann", reason: "new disk", createdAt: .noon)
        try ledger.commit(
            try changes { changes in
                changes.alerts = [.put(alert)]
                changes.notices = [row]
                changes.silences = [silence]
                changes.history = [
                    AlertRecord(.fired, at: .noon, key: alert.key, alert: try .sample(1), level: .critical, detail: "full"),
                    AlertRecord(.silenced, at: .noon, key: nil, alert: nil, level: .ok, detail: "by ann"),
                ]
            })
        let kept = try #require(try ledger.alerts().first)
        #expect(kept.state == alert.state && kept.flaps == alert.flaps && kept.revision == 1)
        #expect(try ledger.silences(at: .noon) == [silence])
        #expect(try ledger.silences(at: .noon(plus: 60)) == [])
        var stored = try #require(try ledger.dueNotices(at: .noon, limit: 9).first)
        stored.number = nil
        #expect(stored == row)
        #expect(try ledger.alertRecords(limit: 9).map(\.kind) == [.silenced, .fired])
        #expect(try ledger.alertRecords(job: "health", limit: 9).map(\.key) == [alert.key])
        #expect(try ledger.alertRecords(alert: try RunID.sample(1).rawValue, limit: 9).map(\.detail) == ["full"])
    }

    @Test func anAlertChangesOnlyFromTheRevisionThatIsKnownAndTakesItsCauseWithIt() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let first = try Self.alert(revision: 1)
        try ledger.commit(changes { $0.alerts = [.put(first)] })
        let conflict = { (expected: Int) in LedgerError.conflict(.alertChanged("health/disk//", expected: expected)) }
        for revision in [1, 3] {
            let wrong = try Self.alert(revision: revision)
            var changes = LedgerChanges(runs: [try .sample(1)])
            changes.alerts.alerts = [.put(wrong)]
            changes.alerts.notices = [try Self.row(5)]
            #expect(throws: conflict(revision - 1)) { try ledger.commit(changes) }
        }
        #expect(try ledger.runs(job: nil, limit: 9).isEmpty, "the run's row goes with it")
        #expect(try ledger.waitingNotices() == 0)
        let second = try Self.alert(revision: 2)
        let third = try Self.alert(revision: 3)
        try ledger.commit(changes { $0.alerts = [.put(second), .put(third)] })
        #expect(throws: conflict(2)) { try ledger.commit(changes { $0.alerts = [.forget(second)] }) }
        // What was decided while the ledger took nothing comes in one piece, in its order.
        try ledger.commit(changes { $0.alerts = [.forget(third), .put(first), .put(second), .forget(second)] })
        #expect(try ledger.alerts().isEmpty)
    }

    @Test func ofEachAlertAndChannelOnlyTheFirstNoticeIsDue() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(
            try changes { changes in
                changes.notices = [
                    try Self.row(10, sequence: 1, at: .noon(plus: 50)), try Self.row(11, sequence: 2),
                    try Self.row(12, sequence: 1, channel: "mail"), try Self.row(13, alert: 2, sequence: 1),
                ]
            })
        #expect(try ledger.dueNotices(at: .noon, limit: 9).map(\.notice.delivery) == [.sample(12), .sample(13)])
        #expect(try ledger.dueNotices(at: .noon, besides: ["ops"], limit: 9).map(\.notice.delivery) == [.sample(12)])
        #expect(try ledger.nextNotices(at: .noon) == ["mail": .noon, "ops": .noon])
        for number in [12, 13] { try settle(try .sample(number), .delivered, ledger) }
        #expect(try ledger.nextNotices(at: .noon) == ["ops": .noon(plus: 50)], "the second waits for the first")
        let lane = try RunID.sample(1).rawValue
        try ledger.commit(changes { $0.released = [ReleasedLane(channel: "mail", lane: lane, at: .noon)] })
        #expect(try ledger.dueNotices(at: .noon, limit: 9) == [], "another channel")
        try ledger.commit(changes { $0.released = [ReleasedLane(channel: "ops", lane: lane, at: .noon)] })
        #expect(try ledger.dueNotices(at: .noon, limit: 9).map(\.notice.delivery) == [.sample(10)])
        try settle(try .sample(10), .refused, ledger)
        #expect(try ledger.dueNotices(at: .noon, limit: 9).map(\.notice.delivery) == [.sample(11)])
        try settle(try .sample(11), .delivered, ledger)
        #expect(try ledger.nextNotices(at: .noon) == [:])
        #expect(try ledger.notices(of: try .sample(1), limit: 9).map(\.state) == [.refused, .delivered, .delivered])
    }

    private func settle(_ delivery: RunID, _ state: OutboxRow.State, _ ledger: Ledger) throws {
        let mark = DeliveryMark(delivery: delivery, tries: 0, state: state, triesNow: 1, nextAttempt: .noon, at: .noon, trouble: nil)
        try ledger.commit(changes { $0.deliveries = [mark] })
        #expect(throws: LedgerError.conflict(.deliveryChanged(delivery))) { try ledger.commit(changes { $0.deliveries = [mark] }) }
    }

    @Test func aFallbackTellsNothingTwice() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(try changes { $0.notices = [try Self.row(1, channel: "mail")] })
        var copy = try Self.row(2, channel: "mail")
        copy.isFallback = true
        try ledger.commit(changes { $0.notices = [copy] })
        #expect(try ledger.dueNotices(at: .noon, limit: 9).map(\.notice.delivery) == [.sample(1)])
        // It knows a later one of the alert already.
        try ledger.commit(try changes { $0.notices = [try Self.row(3, alert: 2, sequence: 2, channel: "mail")] })
        for (number, sequence) in [(4, 1), (5, 3)] {
            var late = try Self.row(number, alert: 2, sequence: sequence, channel: "mail")
            late.isFallback = true
            try ledger.commit(changes { $0.notices = [late] })
        }
        #expect(try ledger.notices(of: try .sample(2), limit: 9).map(\.notice.sequence) == [2, 3])
        let first = try #require(try ledger.notices(of: try .sample(2), limit: 1).first)
        #expect(try ledger.notices(behind: first).map(\.notice.delivery) == [.sample(5)])
    }

    @Test func aPauseThatWasDecidedBeforeTheClockWasSetBackCountsNoMore() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(try changes { $0.notices = [try Self.row(1)] })
        let (now, later) = (Instant.noon(plus: 36_000), Instant.noon(plus: 36_900))
        let mark = DeliveryMark(
            delivery: try .sample(1), tries: 0, state: .waiting, triesNow: 1, nextAttempt: later, at: now, trouble: "down")
        try ledger.commit(changes { $0.deliveries = [mark] })
        #expect(try ledger.dueNotices(at: now, limit: 9) == [])
        #expect(try ledger.dueNotices(at: .noon(plus: 36_000 - 30), limit: 9) == [], "clocks are corrected a little all the time")
        #expect(try ledger.dueNotices(at: .noon, limit: 9).count == 1)
        #expect(try ledger.nextNotices(at: .noon) == ["ops": .noon] && ledger.nextNotices(at: now) == ["ops": later])
    }

    @Test func aChannelThatWantsToBeLeftAloneGetsNothingBefore() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let end = Instant.noon(plus: 600)
        try ledger.commit(
            try changes { changes in
                changes.notices = [
                    try Self.row(1), try Self.row(2, alert: 2), try Self.row(3, channel: "mail"),
                    try Self.row(4, alert: 3, at: .noon(plus: 900)),
                ]
                changes.rests = [ChannelRest(channel: "ops", at: .noon, until: end)]
            })
        #expect(try ledger.dueNotices(at: .noon, limit: 9).map(\.channel) == ["mail"])
        #expect(try ledger.dueNotices(at: end, limit: 9).map(\.notice.delivery) == [.sample(3), .sample(1), .sample(2)])
        #expect(try ledger.dueNotices(at: .noon(plus: 900), limit: 9).count == 4)
    }

    private static func result(_ number: Int, _ level: WireEvent.Check.State = .ok, at instant: Instant, target: String = "/") throws
        -> CheckResult
    {
        var check = WireEvent.Check(name: "disk", state: level)
        check.target = target
        check.value = Double(number)
        check.unit = "percent"
        check.warning = 90
        check.critical = .infinity
        check.windowSeconds = 60
        check.reason = "because"
        check.inputs = ["used": "\(number)"]
        return CheckResult(check, of: "health", run: try .sample(number), at: instant)
    }

    @Test func resultsOfChecksAreFoundByTheirKey() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let results = try (1...5).map { try Self.result($0, $0 == 5 ? .critical : .ok, at: .noon(plus: Int64($0))) }
        let other = try Self.result(7, at: .noon, target: "/var")
        try ledger.commit(changes { $0.results = results + [other] })
        #expect(try ledger.newestChecks() == [results[4], other])
        #expect(try ledger.newestChecks(job: "none") == [])
        #expect(try ledger.checkResults(of: other.key, limit: 9) == [other])
        #expect(try ledger.checkResults(of: results[0].key, limit: 3) == Array(results[2...]))
        #expect(results[0].critical == nil, "JSON and SQLite have no number for it")
    }

    @Test func resultsOfBeforeYesterdayBecomeOneAnHour() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        // Noon is the beginning of an hour.
        let results = try (0..<120).map { try Self.result($0, $0 == 30 ? .critical : .ok, at: .noon(plus: Int64($0) * 60)) }
        try ledger.commit(changes { $0.results = results })
        try prune(ledger, at: .noon(plus: 90_000))
        let kept = try ledger.checkResults(of: results[0].key, limit: 1000)
        #expect(kept.count == 61, "the first hour is one row, the second is not a day old")
        #expect(kept[0].value == 29.5 && kept[0].count == 60 && kept[0].level == .critical)
        #expect(kept[1] == results[60])
        try prune(ledger, at: .noon(plus: 200_000))
        #expect(try ledger.checkResults(of: results[0].key, limit: 1000).map(\.count) == [60, 60])
        #expect(try ledger.newestChecks().map(\.value) == [89.5])
        try prune(ledger, at: .noon(plus: 100 * 86_400))
        #expect(try ledger.newestChecks() == [])
        #expect(try ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM check_results") } == 0)
    }

    @Test func rowsOfCheckAndHistoryAreBounded() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let results = try (0..<(Ledger.resultsPerCheck + 50)).map { try Self.result($0 % 1000, at: .noon(plus: Int64($0))) }
        try ledger.commit(changes { $0.results = results })
        let records = (0..<(Ledger.alertEventBound + 20)).map { number in
            AlertRecord(.fired, at: .noon, key: nil, alert: nil, level: .ok, detail: "\(number)")
        }
        try ledger.commit(changes { $0.history = records })
        try prune(ledger, at: .noon(plus: 4000))
        #expect(try ledger.checkResults(of: results[0].key, limit: 10_000).count == Ledger.resultsPerCheck)
        #expect(try ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM alert_events") } == Ledger.alertEventBound)
        #expect(try ledger.alertRecords(limit: 1).map(\.detail) == ["\(Ledger.alertEventBound + 19)"])
    }

    private func prune(_ ledger: Ledger, at now: Instant) throws {
        var progress = PruneProgress()
        while !progress.isComplete {
            progress = try ledger.prune(rules: [:], standard: HistoryRule(), maximumBytes: nil, now: now, after: progress)
        }
    }

    @Test func settledNoticesGoBeforeThoseThatWait() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let count = Ledger.settledNoticeBound + 10
        let rows = try (0..<count).map { number in
            var row = try Self.row(number + 1, sequence: number)
            row.state = .delivered
            return row
        }
        let waiting = try Self.row(count + 5, sequence: count)
        try ledger.commit(changes { $0.notices = [waiting] + rows })
        try prune(ledger, at: .noon)
        #expect(try ledger.waitingNotices() == 1)
        #expect(try ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM outbox") } == Ledger.settledNoticeBound + 1)
    }
}
