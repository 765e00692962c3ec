import CronSchedule
import GRDB
import JobKit
import Testing

@testable import Ledger
@testable import SchedulerCore

/// Rows of notices that are told in the delivery of another one: written with the first try, and settled with it.
@Suite struct NoticeGroupRowTests {
    private func commit(_ ledger: Ledger, _ body: (inout AlertChanges) throws -> Void) throws {
        var alerts = AlertChanges()
        try body(&alerts)
        try ledger.commit(LedgerChanges(alerts: alerts))
    }

    private static func row(_ number: Int, alert: Int, sequence: Int = 1, channel: String = "ops") throws -> OutboxRow {
        var row = try AlertRowTests.row(number, alert: alert, sequence: sequence, channel: channel, at: .noon(plus: 30))
        row.opensAt = .noon
        return row
    }

    /// Two alerts, one of which ends at once, and another channel.
    private static func rows() throws -> [OutboxRow] {
        [
            try row(1, alert: 1), try row(2, alert: 2), try row(3, alert: 2, sequence: 2), try row(4, alert: 1, channel: "mail"),
        ]
    }

    private func begin(_ ledger: Ledger) throws -> NoticeGroup {
        let now = Instant.noon(plus: 30)
        let leader = try #require(try ledger.dueNotices(at: now, besides: ["mail"], limit: 1).first)
        let group = NoticeGroup(of: leader, among: try ledger.openNotices(for: "ops", limit: NoticeGroup.reach), at: now)
        try commit(ledger) { changes in
            changes.deliveries = [DeliveryPolicy.attempt(leader, now: now, dice: 0.5)]
            changes.joins = group.joins(at: now)
        }
        return group
    }

    @Test func aGroupIsDueWhenItsFirstOneIs() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try commit(ledger) { $0.notices = try Self.rows() }
        #expect(try ledger.dueNotices(at: .noon(plus: 29), limit: 9) == [])
        #expect(try ledger.nextNotices(at: .noon) == ["ops": .noon(plus: 30), "mail": .noon(plus: 30)])
        #expect(try begin(ledger).rows.map(\.notice.delivery) == [.sample(1), .sample(2), .sample(3)])
    }

    @Test func whoIsToldTogetherStaysSoAndHoldsUpWhatIsBehind() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try commit(ledger) { $0.notices = try Self.rows() }
        let group = try begin(ledger)
        try commit(ledger) { $0.notices = [try Self.row(5, alert: 2, sequence: 3), try Self.row(6, alert: 3)] }
        let members = try ledger.members(of: try .sample(1))
        #expect(try members.map(\.notice.delivery) == [.sample(2), .sample(3)] && members.allSatisfy { $0.state == .joined })
        #expect(NoticeGroup(leader: group.leader, members: members).notice == group.notice)
        let due = try ledger.dueNotices(at: .noon(plus: 3600), besides: ["mail"], limit: 9)
        #expect(try due.map(\.notice.delivery) == [.sample(6), .sample(1)], "what is behind a member waits for its delivery")
        #expect(try ledger.notices(behind: members[1]).map(\.notice.delivery) == [.sample(5)])
        // It joins once.
        #expect(throws: LedgerError.conflict(.deliveryChanged(try .sample(2)))) {
            try commit(ledger) { $0.joins = [DeliveryJoin(delivery: try .sample(2), leader: try .sample(6), at: .noon)] }
        }
        let done = DeliveryMark(
            delivery: try .sample(1), tries: 1, state: .delivered, triesNow: 1, nextAttempt: .noon, at: .noon, trouble: nil)
        try commit(ledger) { $0.deliveries = [done] }
        #expect(try ledger.members(of: try .sample(1)) == [])
        #expect(try ledger.notices(of: try .sample(2), limit: 9).map(\.state) == [.delivered, .delivered, .waiting])
        #expect(
            try ledger.dueNotices(at: .noon(plus: 3600), besides: ["mail"], limit: 9).map(\.notice.delivery) == [.sample(5), .sample(6)])
    }

    @Test func whatIsUrgentLetsNothingWaitForTheMorning() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var quiet = try Self.row(1, alert: 1)
        (quiet.nextAttempt, quiet.opensAt) = (.noon(plus: 3630), .noon(plus: 3600))
        let lane = quiet.lane
        try commit(ledger) { changes in
            changes.notices = [quiet]
            changes.released = [ReleasedLane(channel: "ops", lane: lane, at: .noon(plus: 5), until: .noon(plus: 35))]
        }
        let row = try #require(try ledger.openNotices(for: "ops", limit: 1).first)
        #expect(row.nextAttempt == .noon(plus: 35) && row.opensAt == .noon(plus: 5))
    }

    @Test func membersWhoseDeliveryIsGoneGoToo() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try commit(ledger) { $0.notices = try Self.rows() }
        _ = try begin(ledger)
        var progress = PruneProgress()
        let prune = { (progress: PruneProgress) in
            try ledger.prune(rules: [:], standard: HistoryRule(), maximumBytes: nil, now: .noon, after: progress)
        }
        while !progress.isComplete { progress = try prune(progress) }
        #expect(try ledger.members(of: try .sample(1)).count == 2)
        let other = try DatabaseQueue(path: scratch.ledgerPath)
        try other.write { try $0.execute(sql: "DELETE FROM outbox WHERE joined IS NULL AND channel = 'ops'") }
        try other.close()
        progress = PruneProgress()
        while !progress.isComplete { progress = try prune(progress) }
        #expect(try ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM outbox") } == 1)
    }
}
