import CronSchedule
import Testing

@testable import Ledger
@testable import SchedulerCore

/// What channels asked for, as rows that the next daemon reads.
@Suite struct ChannelRestRowTests {
    private static func rest(_ channel: String, at seconds: Int64 = 0, until end: Int64) -> ChannelRest {
        ChannelRest(channel: channel, at: .noon(plus: seconds), until: .noon(plus: end))
    }

    private func keep(_ rests: [ChannelRest], _ ledger: Ledger) throws {
        var alerts = AlertChanges()
        alerts.rests = rests
        try ledger.commit(LedgerChanges(alerts: alerts))
    }

    @Test func theLastWishOfAChannelHoldsUntilItsEnd() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try keep([Self.rest("ops", until: 600), Self.rest("mail", until: 60)], ledger)
        try keep([Self.rest("ops", at: 10, until: 300)], ledger)
        #expect(try ledger.rests(at: .noon(plus: 20)) == [Self.rest("mail", until: 60), Self.rest("ops", at: 10, until: 300)])
        #expect(try ledger.rests(at: .noon(plus: 299)).map(\.channel) == ["ops"])
        #expect(try ledger.rests(at: .noon(plus: 300)) == [])
    }

    @Test func wishesThatAreOverGo() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try keep((0..<50).map { Self.rest("old\($0)", until: 60) } + [Self.rest("ops", until: 600)], ledger)
        var progress = PruneProgress()
        while !progress.isComplete {
            progress = try ledger.prune(
                rules: [:], standard: HistoryRule(), maximumBytes: nil, now: .noon(plus: 60), after: progress)
        }
        #expect(try ledger.rests(at: .noon) == [Self.rest("ops", until: 600)])
    }

    @Test func aRowThatWasWithdrawnMeanwhileIsNotAmongItsLanes() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var rows = [
            try AlertRowTests.row(1, alert: 1), try AlertRowTests.row(2, alert: 2), try AlertRowTests.row(3, alert: 2, sequence: 2),
        ]
        for index in rows.indices { rows[index].opensAt = .noon }
        var alerts = AlertChanges()
        alerts.notices = rows
        try ledger.commit(LedgerChanges(alerts: alerts))
        let known = try ledger.openNotices(for: "ops", limit: 9)
        #expect(try ledger.lanes(around: known[0]) == known)
        alerts = AlertChanges()
        alerts.deliveries = [
            DeliveryMark(
                delivery: known[0].notice.delivery, tries: 0, state: .withdrawn, triesNow: 0, nextAttempt: .noon, at: .noon,
                trouble: "silenced by ann")
        ]
        try ledger.commit(LedgerChanges(alerts: alerts))
        #expect(try ledger.lanes(around: known[0]) == Array(known.dropFirst()))
        var alone = known[1]
        alone.opensAt = nil
        #expect(try ledger.lanes(around: alone) == [alone, known[2]], "one that goes by itself takes only what is behind it")
    }
}
