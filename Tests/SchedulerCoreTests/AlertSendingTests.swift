import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// What is decided about notices that wait, at the moment at which they are to be told for the first time.
@Suite struct AlertSendingTests {
    private typealias Desk = AlertBookTests.Desk
    private static let night = QuietHours(from: 22 * 60, to: 7 * 60)
    /// 10 s before 22:00.
    private static let evening = Instant(milliseconds: 1_799_971_200_000 + 22 * 3_600_000 - 10_000)
    private static let morning = Instant(milliseconds: 1_799_971_200_000 + 31 * 3_600_000)

    private static func desk(folding: Bool = true, quietHours: QuietHours? = nil) -> Desk {
        var routing = Desk.routing
        routing.receivers = ["ops": AlertReceiver(escalation: .init(channel: "boss"), quietHours: quietHours), "boss": AlertReceiver()]
        if folding { routing.folded = ["ops"] }
        routing.standard.reminder = .seconds(3600)
        var desk = Desk(routing)
        desk.now = evening.moved(by: .seconds(-60))
        return desk
    }

    /// Tells the first of these rows, as the outbox worker does; the rows are all that wait for its channel.
    private func send(_ rows: [OutboxRow], _ desk: inout Desk) -> NoticeGroup? {
        let numbered = rows.enumerated().map { offset, row in
            var row = row
            row.number = Int64(offset + 1)
            return row
        }
        let begun = desk.book.begin(numbered[0], among: numbered, dice: 0.5, desk.world)
        desk.take(begun.changes)
        return begun.group
    }

    private func silence(_ desk: inout Desk) throws {
        desk.take(
            try desk.book.silence("*", until: desk.now.moved(by: .seconds(3600)), by: "ann", reason: "r", desk.world).changes)
    }

    @Test func nothingHasComeUp() throws {
        var desk = Self.desk()
        desk.check(.warning)
        desk.check(.warning, target: "/srv")
        let group = try #require(send(desk.notices, &desk))
        #expect(group.rows.map(\.notice.target) == ["/", "/srv"] && group.leader.tries == 1)
        #expect(desk.changes.deliveries.map(\.triesNow) == [1] && desk.changes.joins.count == 1)
    }

    @Test func quietHoursThatBeganWithinTheWaitHoldTheWholeStory() throws {
        var desk = Self.desk(quietHours: Self.night)
        desk.check(.warning)
        #expect(desk.notices.map(\.nextAttempt) == [desk.now.moved(by: .seconds(30))])
        desk.now = Self.evening.moved(by: .seconds(20))
        desk.check(.ok, after: .zero)
        desk.now = Self.evening.moved(by: .seconds(30))
        #expect(send(Array(desk.notices.prefix(2)), &desk) == nil)
        #expect(desk.changes.deliveries.map(\.nextAttempt) == [Self.morning.moved(by: .seconds(30))])
        #expect(desk.changes.deliveries.map(\.state) == [.waiting])
        desk.now = Self.morning
        #expect(send(Array(desk.notices.prefix(2)), &desk)?.rows.count == 2, "and are no reason any more when they are over")
    }

    @Test func somethingCriticalBehindItIsNotHeldByQuietHours() {
        var desk = Self.desk(quietHours: Self.night)
        desk.check(.warning)
        desk.check(.critical, after: .seconds(1))
        desk.now = Self.evening.moved(by: .seconds(30))
        #expect(send(desk.notices, &desk)?.rows.count == 2)
    }

    @Test func aReminderIsNotKeptForTheMorning() throws {
        var desk = Self.desk(folding: false, quietHours: Self.night)
        desk.now = Self.evening.moved(by: .seconds(-3610))
        desk.check(.warning, after: .zero)
        desk.now = Self.evening.moved(by: .seconds(-5))
        desk.pass()
        let reminder = try #require(desk.notices.first { $0.notice.occasion == .reminder && $0.channel == "ops" })
        desk.now = Self.evening.moved(by: .seconds(30))
        #expect(send([reminder], &desk) == nil)
        #expect(desk.changes.deliveries.map(\.state) == [.withdrawn])
    }

    @Test func remindersAndEscalationsOfWhatWasSeenMeanwhileAreNotTold() throws {
        var desk = Self.desk(folding: false)
        desk.check(.warning)
        desk.pass(after: .seconds(1800))
        desk.pass(after: .seconds(1800))
        #expect(desk.told.dropFirst() == ["escalation health/disk//>boss", "reminder health/disk//>ops", "reminder health/disk//>boss"])
        desk.take(try desk.book.acknowledge("health/disk//", by: "ann", desk.world).changes)
        #expect(send([desk.notices[2]], &desk) == nil)
        #expect(send([desk.notices[1], desk.notices[3]], &desk) == nil)
        #expect(desk.changes.deliveries.map(\.state) == [.withdrawn, .withdrawn, .withdrawn])
        #expect(
            desk.changes.history.filter { $0.kind == .withdrawn }.map(\.detail) == [
                "reminder to ops: acknowledged by ann", "escalation to boss: acknowledged by ann", "reminder to boss: acknowledged by ann",
            ])
        desk.check(.ok)
        #expect(desk.told.last == "resolved health/disk//>ops", "who was not told hears of no end")
    }

    @Test func whatWasSeenBeforeItWasToldIsTold() throws {
        var desk = Self.desk()
        desk.check(.warning)
        desk.take(try desk.book.acknowledge("health/disk//", by: "ann", desk.world).changes)
        #expect(send(desk.notices, &desk) != nil)
    }

    @Test func aSilenceIsForEachChannelByItself() throws {
        var desk = Self.desk()
        desk.check(.warning)
        desk.pass(after: .seconds(1800))
        #expect(desk.told == ["firing health/disk//>ops", "escalation health/disk//>boss"])
        try silence(&desk)
        #expect(send([desk.notices[1]], &desk) == nil)
        let incident = try #require(desk.book.firing.first?.state.incident)
        #expect(incident.channels == ["ops"] && incident.told != nil)
        #expect(desk.book.nextAlarm == desk.now.moved(by: .seconds(3600)))
        desk.pass(after: .seconds(3600))
        #expect(desk.told.dropFirst(2) == ["escalation health/disk//>boss", "reminder health/disk//>ops", "reminder health/disk//>boss"])
    }

    @Test func howBadItIsIsToldAnewAfterTheSilence() throws {
        var desk = Self.desk(folding: false)
        desk.check(.warning, .critical)
        try silence(&desk)
        #expect(send([desk.notices[1]], &desk) == nil)
        desk.pass(after: .seconds(600))
        #expect(desk.notices.count == 2)
        desk.take(try desk.book.unsilence("*", by: "ann", desk.world).changes)
        #expect(desk.told.last == "severity health/disk//>ops")
        desk.check(.ok)
        #expect(desk.told.last == "resolved health/disk//>ops")
    }

    @Test func whoHeardOfItOnlyWhenItGotWorseHearsOfItsBeginningAfterTheSilence() throws {
        var routing = Desk.routing
        routing.criticalChannels = ["pager"]
        routing.receivers = ["ops": AlertReceiver(), "pager": AlertReceiver()]
        var desk = Desk(routing)
        desk.check(.warning, .critical)
        try silence(&desk)
        #expect(send([desk.notices[2]], &desk) == nil)
        #expect(desk.book.firing.first?.state.incident?.channels == ["ops"])
        desk.take(try desk.book.unsilence("*", by: "ann", desk.world).changes)
        #expect(desk.told.last == "firing health/disk//>pager")
    }

    @Test func theEndOfWhatWasToldIsToldInASilence() throws {
        var desk = Self.desk(folding: false)
        desk.check(.warning, .ok)
        try silence(&desk)
        #expect(send([desk.notices[1]], &desk)?.notice.occasion == .resolved)
    }

    @Test func workOnTheUnitHoldsBackToo() {
        var desk = Self.desk()
        desk.check(.critical, target: "bot.service")
        desk.maintenance = [Maintenance(unit: "bot.service", until: desk.now.moved(by: .seconds(600)))]
        #expect(send(desk.notices, &desk) == nil)
        #expect(desk.changes.history.last?.detail == "firing to ops: bot.service is being maintained")
        desk.maintenance = []
        desk.pass(after: .seconds(60))
        #expect(desk.told == ["firing health/disk/bot.service>ops", "firing health/disk/bot.service>ops"])
        #expect(Set(desk.notices.map(\.notice.alert)).count == 1)
    }

    @Test func whatStandsForANoticeThatWasTriedIsTold() throws {
        var desk = Self.desk()
        desk.check(.warning)
        try silence(&desk)
        var row = desk.notices[0]
        row.isFallback = true
        #expect(send([row], &desk) != nil)
    }
}
