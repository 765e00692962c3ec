import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// Who hears of an alert when files change while it fires.
@Suite struct AlertAudienceTests {
    private typealias Desk = AlertBookTests.Desk

    private static func routing(_ names: String...) -> AlertRouting {
        var routing = AlertRouting()
        routing.channels = names
        for name in names { routing.receivers[name] = AlertReceiver() }
        return routing
    }

    /// A daemon under another file takes over what this one knew.
    private static func next(after desk: Desk, _ routing: AlertRouting) -> Desk {
        var next = Desk(routing)
        next.now = desk.now.moved(by: .seconds(60))
        next.book = AlertBook(
            routing: routing, host: "box", alerts: Array(desk.book.alerts.values), silences: Array(desk.book.silences.values))
        for (name, job) in desk.jobs { next.job(name) { $0 = job } }
        return next
    }

    private static func failing(_ routing: AlertRouting) -> Desk {
        var desk = Desk(routing)
        desk.job("backup")
        desk.end("backup", .failed)
        return desk
    }

    @Test func aChannelThatWasRenamedHearsOfTheBeginningAndOfTheEnd() {
        var next = Self.next(after: Self.failing(Self.routing("old")), Self.routing("new"))
        next.pass()
        #expect(next.told == ["firing backup/failure>new"])
        next.pass(after: .seconds(60))
        next.end("backup", .failed)
        #expect(next.told.count == 1, "once")
        next.end("backup")
        #expect(next.told == ["firing backup/failure>new", "resolved backup/failure>new"])
        #expect(next.notices.map(\.notice.sequence) == [2, 3])
    }

    @Test func aChannelThatAJobNamesAnewIsToldAtTheReload() {
        var routing = Self.routing("ops", "mine")
        routing.channels = ["ops"]
        var desk = Self.failing(routing)
        let failed = desk.now
        desk.job("backup") { $0.notices.channels = ["ops", "mine"] }
        desk.pass(after: .seconds(600))
        desk.pass(after: .seconds(600))
        #expect(desk.told == ["firing backup/failure>ops", "firing backup/failure>mine"])
        #expect(desk.book.nextAlarm == failed.moved(by: .seconds(4 * 3600)), "the others are reminded when they were to be")
        desk.end("backup")
        #expect(desk.told.suffix(2) == ["resolved backup/failure>ops", "resolved backup/failure>mine"])
    }

    @Test func whoComesLaterIsNotToldOfWhatSomebodyHasSeen() throws {
        var desk = Self.failing(Self.routing("ops"))
        desk.take(try desk.book.acknowledge("backup/failure", by: "ann", desk.world).changes)
        var next = Self.next(after: desk, Self.routing("ops", "new"))
        next.pass()
        next.end("backup")
        #expect(next.told == ["resolved backup/failure>ops"])
    }

    @Test func whoComesLaterIsToldAfterTheSilence() throws {
        var desk = Self.failing(Self.routing("ops"))
        let end = desk.now.moved(by: .seconds(3600))
        desk.take(try desk.book.silence("backup/*", until: end, by: "ann", reason: "r", desk.world).changes)
        var next = Self.next(after: desk, Self.routing("ops", "new"))
        next.pass()
        #expect(next.told == [] && next.book.nextAlarm == end)
        next.now = end
        next.pass()
        #expect(next.told == ["firing backup/failure>new"])
    }

    @Test func whoComesLaterIsToldAfterItsQuietHours() {
        var desk = Desk(Self.routing("ops"))
        desk.job("health")
        desk.now = Instant(milliseconds: 1_799_971_200_000 + 23 * 3_600_000)
        desk.check(.warning)
        var routing = Self.routing("ops", "new")
        routing.receivers["new"] = AlertReceiver(quietHours: QuietHours(from: 22 * 60, to: 7 * 60))
        var next = Self.next(after: desk, routing)
        next.pass()
        #expect(next.told == ["firing health/disk//>new"])
        #expect(next.notices.map(\.nextAttempt) == [Instant(milliseconds: 1_799_971_200_000 + 31 * 3_600_000)])
    }

    @Test func theTimeThatALaterChannelHasBeginsWhenItIsTold() throws {
        var routing = Self.routing("ops", "new", "boss")
        routing.channels = ["ops", "new"]
        routing.receivers["new"] = AlertReceiver(escalation: .init(channel: "boss", after: .seconds(1800)))
        var next = Self.next(after: Self.failing(Self.routing("ops")), routing)
        next.now = next.now.moved(by: .seconds(7200))
        next.pass()
        #expect(next.told == ["firing backup/failure>new"])
        #expect(next.book.nextAlarm == next.now.moved(by: .seconds(1800)))
        next.pass(after: .seconds(1800))
        #expect(next.told.last == "escalation backup/failure>boss")
    }

    @Test func whatNobodyCouldBeToldOfIsToldToTheFirstWhoCan() {
        var desk = Self.failing(Self.routing())
        #expect(desk.told == [] && desk.book.nextAlarm == nil)
        var next = Self.next(after: desk, Self.routing("ops"))
        next.pass()
        next.end("backup")
        #expect(next.told == ["firing backup/failure>ops", "resolved backup/failure>ops"])
        desk.end("backup")
        #expect(desk.kinds == [.fired, .resolved], "and its end is no news to those who were not told")
    }

    @Test func aChannelThatOnlyAJobNamesIsToldOnceTheFileNamesItAndItsOwnAlertEndsWithItsName() throws {
        var desk = Desk(Self.routing("ops"))
        desk.job("j") { $0.notices.channels = ["typo"] }
        desk.end("j", .failed)
        let refusal = DeliveryOutcome.refused(reason: "there is no channel named typo")
        desk.take(desk.book.settle(desk.notices[0], after: refusal, dice: 0.5, desk.world))
        desk.pass(after: .seconds(60))
        #expect(desk.told == ["firing j/failure>typo", "firing acore-sched:/channel/typo>ops"])
        var next = Self.next(after: desk, Self.routing("ops", "typo"))
        next.pass()
        #expect(next.told == ["firing j/failure>typo"])
        desk.job("j") { $0.notices.channels = ["ops"] }
        desk.pass(after: .seconds(60))
        #expect(desk.told.suffix(2).sorted() == ["firing j/failure>ops", "resolved acore-sched:/channel/typo>ops"])
    }

    @Test func whatWaitedForAChannelThatIsGoneIsNoAlertOfItsOwn() throws {
        let desk = Self.failing(Self.routing("old"))
        var next = Self.next(after: desk, Self.routing("new"))
        next.pass()
        let refusal = DeliveryOutcome.refused(reason: "there is no channel named old")
        next.take(next.book.settle(desk.notices[0], after: refusal, dice: 0.5, next.world))
        next.pass()
        #expect(next.told == ["firing backup/failure>new"])
        #expect(next.kinds.contains(.refused), "but the history says so")
    }
}
