import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// Who is told of an alert, when, and what follows from what channels answer.
@Suite struct AlertTellingTests {
    private typealias Desk = AlertBookTests.Desk

    @Test func quietHoursHoldWhatIsNotCriticalAndLoseNothing() {
        var routing = Desk.routing
        routing.receivers["ops"] = AlertReceiver(quietHours: QuietHours(from: 22 * 60, to: 7 * 60))
        var desk = Desk(routing)
        desk.now = Instant(milliseconds: 1_799_971_200_000 + 23 * 3_600_000)
        let morning = Instant(milliseconds: 1_799_971_200_000 + 31 * 3_600_000)
        desk.check(.warning)
        #expect(desk.notices.map(\.nextAttempt) == [morning])
        desk.check(.ok)
        #expect(desk.notices.map(\.nextAttempt) == [morning, morning])
        desk.check(.warning, .critical)
        #expect(desk.notices.last?.nextAttempt == desk.now, "what is critical is told at once")
        #expect(desk.changes.released.map(\.lane) == [desk.notices.last?.lane], "and what is before it, too")
        #expect(desk.changes.released.map(\.channel) == ["ops"])
    }

    @Test func aReminderDoesNotComeWithWhatItRemindsOf() throws {
        var routing = Desk.routing
        routing.receivers["ops"] = AlertReceiver(quietHours: QuietHours(from: 22 * 60, to: 7 * 60))
        routing.receivers["boss"] = AlertReceiver()
        routing.receivers["ops"]?.escalation = .init(channel: "boss")
        var desk = Desk(routing)
        desk.now = Instant(milliseconds: 1_799_971_200_000 + 23 * 3_600_000)
        desk.check(.warning)
        let evening = desk.now
        while let alarm = desk.book.nextAlarm, alarm < evening.moved(by: .seconds(12 * 3600)) {
            desk.now = alarm
            desk.pass()
        }
        #expect(
            desk.told == [
                "firing health/disk//>ops", "escalation health/disk//>boss", "reminder health/disk//>ops", "reminder health/disk//>boss",
            ])
        let morning = Instant(milliseconds: 1_799_971_200_000 + 31 * 3_600_000)
        #expect(desk.notices[0].nextAttempt == morning)
        #expect(desk.notices[1].createdAt == morning.moved(by: .seconds(1800)), "nobody is escalated past who was not told yet")
        #expect(desk.notices[2].createdAt > morning)
    }

    @Test func severityDecidesWhoIsTold() {
        var routing = Desk.routing
        routing.criticalChannels = ["pager"]
        var desk = Desk(routing)
        desk.check(.warning, .critical, .ok)
        #expect(
            desk.told == [
                "firing health/disk//>ops", "severity health/disk//>ops", "severity health/disk//>pager", "resolved health/disk//>ops",
                "resolved health/disk//>pager",
            ])
    }

    @Test func whatBeginsOrEndsAnAlertWaitsForMoreOnlyWhereOneNoticeIsToldOfSeveral() {
        var routing = Desk.routing
        routing.channels = ["ops", "pager"]
        routing.folded = ["ops"]
        routing.groupWait = .seconds(20)
        routing.standard.reminder = .seconds(600)
        var desk = Desk(routing)
        desk.check(.warning, .critical)
        desk.pass(after: .seconds(600))
        desk.check(.ok)
        let waits = desk.notices.map {
            "\($0.notice.occasion.rawValue)>\($0.channel) \($0.nextAttempt.since($0.createdAt).components.seconds)"
        }
        #expect(
            waits == [
                "firing>ops 20", "firing>pager 0", "severity>ops 0", "severity>pager 0", "reminder>ops 0", "reminder>pager 0",
                "resolved>ops 20", "resolved>pager 0",
            ])
        #expect(desk.notices.allSatisfy { ($0.opensAt == $0.createdAt) == ($0.channel == "ops") })
        #expect(Set(desk.notices.map(\.lane)).count == 1, "order is kept per alert")
    }

    @Test func whatIsCriticalInQuietHoursWaitsForMoreAndNotForTheMorning() {
        var routing = Desk.routing
        routing.folded = ["ops"]
        routing.receivers["ops"] = AlertReceiver(quietHours: QuietHours(from: 22 * 60, to: 7 * 60))
        var desk = Desk(routing)
        desk.now = Instant(milliseconds: 1_799_971_200_000 + 23 * 3_600_000)
        let morning = Instant(milliseconds: 1_799_971_200_000 + 31 * 3_600_000)
        desk.check(.warning)
        #expect(desk.notices.map(\.opensAt) == [morning] && desk.notices.map(\.nextAttempt) == [morning.moved(by: .seconds(30))])
        desk.check(.critical)
        #expect(desk.changes.released == [ReleasedLane(channel: "ops", lane: desk.notices[0].lane, at: desk.now)])
        desk.check(.critical, target: "/srv")
        let later = desk.now.moved(by: .seconds(30))
        #expect(desk.notices.last?.nextAttempt == later && desk.changes.released.last?.until == later)
    }

    @Test func whatAGroupWasToBeToldIsToldByTheFallbackOneByOne() throws {
        var routing = Desk.routing
        routing.folded = ["ops"]
        routing.receivers = ["ops": AlertReceiver(fallback: "mail"), "mail": AlertReceiver()]
        var desk = Desk(routing)
        desk.end("a", .failed)
        desk.end("b", .failed)
        desk.end("b")
        let rows = desk.notices
        let group = NoticeGroup(leader: rows[0], members: Array(rows[1...2]))
        desk.take(desk.book.settle(group, after: .refused(reason: "404"), dice: 0.5, desk.world))
        #expect(
            desk.told.dropFirst(3) == [
                "firing a/failure>mail", "firing b/failure>mail", "resolved b/failure>mail", "firing acore-sched:/channel/ops>mail",
            ])
        #expect(Set(desk.notices.map(\.notice.delivery)).count == desk.notices.count)
        #expect(desk.book.firing.first { $0.key.text == "a/failure" }?.state.incident?.channels == ["ops", "mail"])
        desk.end("a")
        #expect(desk.told.suffix(2) == ["resolved a/failure>ops", "resolved a/failure>mail"])
    }

    @Test func remindersAndEscalationComeByTheAlarmUntilSomebodyHasSeenIt() throws {
        var routing = Desk.routing
        routing.receivers = ["ops": AlertReceiver(escalation: .init(channel: "boss")), "boss": AlertReceiver()]
        var desk = Desk(routing)
        desk.end("backup", .failed)
        let fired = desk.now
        #expect(desk.book.nextAlarm == fired.moved(by: .seconds(1800)))
        desk.now = try #require(desk.book.nextAlarm)
        desk.pass()
        #expect(desk.told.last == "escalation backup/failure>boss")
        desk.now = try #require(desk.book.nextAlarm)
        desk.pass()
        #expect(desk.told.suffix(2) == ["reminder backup/failure>ops", "reminder backup/failure>boss"])
        let (alert, changes) = try desk.book.acknowledge("backup/failure", by: "ann", desk.world)
        desk.take(changes)
        #expect(alert.state.incident?.acknowledged?.by == "ann")
        #expect(desk.book.nextAlarm == nil, "nothing is due any more")
        #expect(throws: AlertBook.Refusal.unknownAlert("x")) { try desk.book.acknowledge("x", by: "ann", desk.world) }
    }

    @Test func anEscalationGoesOnToTheNextChannelAndNeverBack() throws {
        var routing = Desk.routing
        routing.receivers = [
            "ops": AlertReceiver(escalation: .init(channel: "boss", after: .seconds(600))),
            "boss": AlertReceiver(escalation: .init(channel: "owner", after: .seconds(600))),
            "owner": AlertReceiver(escalation: .init(channel: "ops", after: .seconds(1200))),
        ]
        var desk = Desk(routing)
        desk.end("backup", .failed)
        desk.now = try #require(desk.book.nextAlarm)
        desk.pass()
        #expect(desk.told.dropFirst() == ["escalation backup/failure>boss", "escalation backup/failure>owner"])
        #expect(desk.notices.last?.notice.sequence == 2)
        #expect(desk.book.nextAlarm == desk.notices[0].createdAt.moved(by: .seconds(4 * 3600)), "only the reminder is left")
        desk.end("backup")
        #expect(desk.told.suffix(3) == ["ops", "boss", "owner"].map { "resolved backup/failure>\($0)" })
    }

    @Test func aWarningThatNobodyAskedForBeginsWhenItGetsWorse() {
        var desk = Desk()
        desk.job("j")
        desk.end("j", .warning)
        desk.end("j", .failed)
        desk.end("j", .warning)
        desk.end("j")
        #expect(desk.told == ["firing j/failure>ops", "resolved j/failure>ops"])
        #expect(desk.notices.map(\.notice.sequence) == [1, 2])
    }

    @Test func aClockThatIsSetBackHoldsNothingUp() throws {
        var routing = Desk.routing
        routing.receivers = ["ops": AlertReceiver(escalation: .init(channel: "boss", after: .seconds(600))), "boss": AlertReceiver()]
        routing.standard.duration = .seconds(120)
        var desk = Desk(routing)
        desk.check(.critical, .critical)
        desk.now = desk.now.moved(by: .seconds(-36_000))
        desk.check(.critical, .critical)
        #expect(desk.told == ["firing health/disk//>ops"], "two minutes are two minutes")
        desk.now = desk.now.moved(by: .seconds(-36_000))
        desk.pass()
        #expect(desk.book.nextAlarm == desk.now.moved(by: .seconds(600)))
        desk.pass(after: .seconds(600))
        #expect(desk.told.last == "escalation health/disk//>boss")
    }

    @Test func withoutADaemonOnlyWhatAPersonDoesIsLookedAt() throws {
        var desk = Desk()
        desk.job("j") { $0.notices.channels = ["mine"] }
        desk.end("j", .failed)
        var direct = Desk()
        direct.book = AlertBook(routing: Desk.routing, alerts: Array(desk.book.alerts.values))
        direct.book.keepsTime = false
        direct.now = desk.now.moved(by: .seconds(86_400))
        direct.end("other", .failed)
        direct.take(try direct.book.silence("x", until: direct.now.moved(by: .seconds(60)), by: "ann", reason: "r", direct.world).changes)
        #expect(direct.told == ["firing other/failure>ops"], "who is reminded of j is for a daemon that knows its file")
    }

    @Test func anAlertOfAChannelThatTheFileDoesNotNameAnyMoreEndsWithTheNextDaemon() throws {
        var routing = Desk.routing
        routing.channels = ["ops", "mail"]
        routing.receivers = ["ops": AlertReceiver(), "mail": AlertReceiver()]
        var desk = Desk(routing)
        desk.end("backup", .failed)
        desk.take(desk.book.settle(desk.notices[0], after: .refused(reason: "404"), dice: 0.5, desk.world))
        #expect(desk.told.last == "firing acore-sched:/channel/ops>mail")
        routing.channels = ["mail"]
        routing.receivers = ["mail": AlertReceiver()]
        var next = Desk(routing)
        next.now = desk.now
        next.book = AlertBook(routing: routing, alerts: Array(desk.book.alerts.values))
        next.pass()
        next.end("backup")
        #expect(next.told == ["resolved acore-sched:/channel/ops>mail", "resolved backup/failure>mail"])
    }

    @Test func anAlertOfAJobThatHasNoFileAnyMoreEndsWithTheNextDaemon() {
        var desk = Desk()
        desk.end("old", .failed)
        desk.end("new", .failed)
        var next = Desk()
        next.now = desk.now
        next.book = AlertBook(routing: Desk.routing, alerts: Array(desk.book.alerts.values))
        next.job("new")
        next.pass()
        #expect(next.told == ["resolved old/failure>ops"])
        #expect(next.book.firing.map(\.key.text) == ["new/failure"])
    }

    @Test func whoHeardOfTheBeginningInPlaceOfAnotherHearsOfTheEnd() throws {
        var routing = Desk.routing
        routing.receivers = ["ops": AlertReceiver(fallback: "mail"), "mail": AlertReceiver(fallback: "file"), "file": AlertReceiver()]
        var desk = Desk(routing)
        desk.end("backup", .failed)
        let first = desk.notices[0]
        desk.take(desk.book.settle(first, after: .refused(reason: "404"), dice: 0.5, desk.world))
        desk.end("backup")
        #expect(desk.told.suffix(2) == ["resolved backup/failure>ops", "resolved backup/failure>mail"])
        // Both were waiting when the first was refused, and the alert is over.
        var late = Desk(routing)
        late.end("backup", .failed)
        late.end("backup")
        let rows = late.notices
        late.take(late.book.settle(rows[0], after: .refused(reason: "404"), dice: 0.5, behind: [rows[1]], late.world))
        #expect(
            late.told.suffix(3) == ["firing backup/failure>mail", "resolved backup/failure>mail", "firing acore-sched:/channel/ops>mail"])
        // What the fallback refuses goes on to its own.
        late.take(late.book.settle(late.notices[2], after: .refused(reason: "404"), dice: 0.5, late.world))
        #expect(late.told.contains("firing backup/failure>file"))
    }

    @Test func aChannelThatWantsToBeLeftAloneIsLeftAlone() {
        var desk = Desk()
        desk.end("backup", .failed)
        desk.take(desk.book.settle(desk.notices[0], after: .again(reason: "429", retryAfter: .seconds(90)), dice: 0.5, desk.world))
        #expect(desk.changes.rests == [ChannelRest(channel: "ops", at: desk.now, until: desk.now.moved(by: .seconds(90)))])
        desk.take(desk.book.settle(desk.notices[0], after: .again(reason: "503", retryAfter: nil), dice: 0.5, desk.world))
        #expect(desk.changes.rests.count == 1)
    }

    @Test func aChannelThatRefusesGoesToTheFallbackAndIsAnAlertItself() throws {
        var routing = Desk.routing
        routing.receivers = ["ops": AlertReceiver(fallback: "mail"), "mail": AlertReceiver()]
        var desk = Desk(routing)
        desk.end("backup", .failed)
        var row = try #require(desk.notices.first)
        row.tries = 1
        desk.take(desk.book.settle(row, after: .refused(reason: "404"), dice: 0.5, desk.world))
        #expect(desk.changes.deliveries.map(\.state) == [.refused])
        #expect(desk.told.suffix(2) == ["firing backup/failure>mail", "firing acore-sched:/channel/ops>mail"])
        #expect(desk.notices[1].notice.delivery != row.notice.delivery)
        // The fallback refuses, too: that ends here.
        var copy = desk.notices[1]
        copy.tries = 1
        let count = desk.notices.count
        desk.take(desk.book.settle(copy, after: .refused(reason: "404"), dice: 0.5, desk.world))
        desk.take(desk.book.settle(desk.notices[2], after: .refused(reason: "404"), dice: 0.5, desk.world))
        #expect(desk.told.dropFirst(count) == ["firing acore-sched:/channel/mail>ops"])
        desk.take(desk.book.settle(row, after: .delivered, dice: 0.5, desk.world))
        #expect(desk.told.last == "resolved acore-sched:/channel/ops>mail")
    }
}
