import CronSchedule
import Testing

@testable import SchedulerCore

@Suite struct ClockStepTests {
    struct Row: Sendable {
        var wall: Duration
        var elapsed: Duration?
        var expected: ClockStep
    }

    @Test(
        "judge",
        arguments: [
            Row(wall: .seconds(10), elapsed: .seconds(10), expected: .none),
            Row(wall: .milliseconds(10_150), elapsed: .seconds(10), expected: .none),
            Row(wall: .seconds(11), elapsed: .seconds(10), expected: .forward(.seconds(1))),
            Row(wall: .seconds(9), elapsed: .seconds(10), expected: .backSmall(.seconds(1))),
            Row(wall: .seconds(-3600), elapsed: .zero, expected: .backSmall(.seconds(3600))),
            Row(wall: .seconds(-10_800), elapsed: .zero, expected: .backSmall(.seconds(10_800))),
            Row(wall: .seconds(-10_801), elapsed: .zero, expected: .backLarge(.seconds(10_801))),
            // Suspend is elapsed time: no step.
            Row(wall: .seconds(86_400), elapsed: .seconds(86_400), expected: .none),
            // Across a restart a wall clock that went on says nothing, one that went back does.
            Row(wall: .seconds(86_400), elapsed: nil, expected: .none),
            Row(wall: .seconds(-60), elapsed: nil, expected: .backSmall(.seconds(60))),
            Row(wall: .seconds(-86_400), elapsed: nil, expected: .backLarge(.seconds(86_400))),
        ])
    func judges(_ row: Row) {
        let before = at("12:00:00")
        #expect(ClockStep.judge(before: before, now: before.moved(by: row.wall), elapsed: row.elapsed) == row.expected)
    }

    @Test func afterASmallStepBackAFixedSlotIsNotRunAgainAndAnIntervalGoesOn() throws {
        let zone = try SystemTimeZone.named("UTC")
        var cursor = JobCursor(job: "j", now: at("10:30:00"), era: 0, jitter: .zero, jitterSpan: .zero)
        let now = at("09:31:00")
        cursor = ClockStep.backSmall(.seconds(3600)).applied(to: cursor, now: now, era: 1, isElapsedOnly: false)
        #expect(cursor.era == 1)
        let fixed = JobTimetable(schedules: [try CronSchedule("30 10 * * *")], zone: zone)
        let interval = JobTimetable(schedules: [try CronSchedule("*/10 * * * *")], zone: zone)
        #expect(try SlotPlanner.nextDue(timetable: fixed, cursor: cursor) == at("10:30:00").moved(by: .seconds(86_400)))
        #expect(try SlotPlanner.nextDue(timetable: interval, cursor: cursor) == at("09:40:00"))
    }

    @Test func afterALargeStepBackEverySlotCountsAnew() throws {
        let zone = try SystemTimeZone.named("UTC")
        let aYearAhead = at("10:30:00").moved(by: .seconds(365 * 86_400))
        let cursor = ClockStep.backLarge(.seconds(365 * 86_400)).applied(
            to: JobCursor(job: "j", now: aYearAhead, era: 3, jitter: .zero, jitterSpan: .zero), now: at("10:30:00"), era: 4,
            isElapsedOnly: false)
        let fixed = JobTimetable(schedules: [try CronSchedule("0 12 * * *")], zone: zone)
        #expect(try SlotPlanner.nextDue(timetable: fixed, cursor: cursor) == at("12:00:00"))
        #expect(cursor.era == 4)
    }

    @Test func anIntervalOfElapsedTimeFollowsNoStep() throws {
        let every = JobTimetable(schedules: [try CronSchedule("@every 5m")], zone: try SystemTimeZone.named("UTC"))
        // Three of the five minutes are over when the clock is set.
        let cursor = JobCursor(job: "j", now: at("10:00:00"), era: 0, jitter: .zero, jitterSpan: .zero)
        let forward = ClockStep.forward(.seconds(3600)).applied(to: cursor, now: at("11:03:00"), era: 0, isElapsedOnly: true)
        #expect(try SlotPlanner.nextDue(timetable: every, cursor: forward) == at("11:05:00"))
        let back = ClockStep.backSmall(.seconds(3600)).applied(to: cursor, now: at("09:03:00"), era: 1, isElapsedOnly: true)
        #expect(try SlotPlanner.nextDue(timetable: every, cursor: back) == at("09:05:00"))
    }

    @Test func aSilenceThatEndsLeavesOneRowForItsSlots() throws {
        let timetable = JobTimetable(schedules: [try CronSchedule("0 * * * *")], zone: try SystemTimeZone.named("UTC"))
        var cursor = JobCursor(job: "j", now: at("10:30:00"), era: 2, jitter: .zero, jitterSpan: .zero)
        #expect(try Silence.row(for: cursor, timetable: timetable, upTo: at("14:00:00"), now: at("14:00:00")) == nil)
        cursor.silentReason = .paused
        let row = try #require(try Silence.row(for: cursor, timetable: timetable, upTo: at("14:00:00"), now: at("14:00:00")))
        #expect(row.account == .skipped(.paused))
        #expect(row.spanFirst == at("11:00:00"))
        #expect(row.slot == .instant(at("14:00:00")))
        #expect(row.count == 4)
        #expect(row.era == 2)
    }
}
