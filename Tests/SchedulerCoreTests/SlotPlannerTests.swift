import CronSchedule
import Testing

@testable import SchedulerCore

@Suite struct SlotPlannerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var schedules = ["*/10 * * * *"]
        var policy = CatchUpPolicy()
        var jitter = Duration.zero
        /// All times on 2027-01-15, UTC.
        var accountedTo: String
        var now: String
        var starts: [String] = []
        var caughtUp: [String] = []
        /// first, last, count, reason
        var missed: [(String, String, Int, Occurrence.MissReason)] = []

        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "nothing is due before the slot", accountedTo: "10:00:00", now: "10:09:59"),
        Row(name: "on time", accountedTo: "10:00:00", now: "10:10:00", starts: ["10:10:00"]),
        Row(name: "a little late is late, not missed", accountedTo: "10:00:00", now: "10:10:29", starts: ["10:10:00"]),
        Row(name: "later than that is caught up", accountedTo: "10:00:00", now: "10:10:31", caughtUp: ["10:10:00"]),
        Row(
            name: "of several missed the last one runs, the others share a row", accountedTo: "10:00:00", now: "11:05:00",
            caughtUp: ["11:00:00"], missed: [("10:10:00", "10:50:00", 5, .down)]),
        Row(
            name: "the last of several is on time", accountedTo: "10:00:00", now: "11:00:01", starts: ["11:00:00"],
            missed: [("10:10:00", "10:50:00", 5, .down)]),
        Row(
            name: "none runs nothing that was missed", policy: CatchUpPolicy(mode: .none), accountedTo: "10:00:00", now: "11:05:00",
            missed: [("10:10:00", "11:00:00", 6, .down)]),
        Row(
            name: "none still runs what is due now", policy: CatchUpPolicy(mode: .none), accountedTo: "10:00:00", now: "11:00:05",
            starts: ["11:00:00"], missed: [("10:10:00", "10:50:00", 5, .down)]),
        Row(
            name: "all runs the latest ones up to its maximum", policy: CatchUpPolicy(mode: .all, max: 3), accountedTo: "10:00:00",
            now: "11:05:00", caughtUp: ["10:40:00", "10:50:00", "11:00:00"], missed: [("10:10:00", "10:30:00", 3, .down)]),
        Row(
            name: "all within the deadline only", policy: CatchUpPolicy(mode: .all, max: 10, deadline: .seconds(900)),
            accountedTo: "10:00:00", now: "11:05:00", caughtUp: ["10:50:00", "11:00:00"], missed: [("10:10:00", "10:40:00", 4, .down)]),
        Row(
            name: "beyond the deadline nothing runs", policy: CatchUpPolicy(deadline: .seconds(120)), accountedTo: "10:00:00",
            now: "10:15:00", missed: [("10:10:00", "10:10:00", 1, .deadline)]),
        Row(name: "jitter shifts the due moment", jitter: .seconds(240), accountedTo: "10:00:00", now: "10:13:59"),
        Row(
            name: "jitter shifts the start and not the slot", jitter: .seconds(240), accountedTo: "10:00:00", now: "10:14:00",
            starts: ["10:10:00"]),
        Row(name: "an interval keeps its beat", schedules: ["@every 90s"], accountedTo: "10:00:00", now: "10:01:30", starts: ["10:01:30"]),
        Row(
            name: "an interval keeps its beat over downtime", schedules: ["@every 90s"], accountedTo: "10:00:00", now: "10:10:10",
            caughtUp: ["10:09:00"], missed: [("10:01:30", "10:07:30", 5, .down)]),
        Row(
            name: "two schedules are one timetable", schedules: ["0 * * * *", "30 10 * * *"], accountedTo: "10:00:00", now: "11:00:00",
            starts: ["11:00:00"], missed: [("10:30:00", "10:30:00", 1, .down)]),
    ]

    @Test("plan", arguments: rows)
    func plans(_ row: Row) throws {
        let timetable = JobTimetable(schedules: try row.schedules.map { try CronSchedule($0) }, zone: try SystemTimeZone.named("UTC"))
        var cursor = JobCursor(job: "j", now: at(row.accountedTo), era: 0, jitter: row.jitter, jitterSpan: row.jitter)
        cursor.accountedTo = at(row.accountedTo)
        let plan = try SlotPlanner.plan(timetable: timetable, cursor: cursor, policy: row.policy, now: at(row.now))
        #expect(plan.starts.filter { $0.trigger == .schedule }.map(\.slot) == row.starts.map(at))
        #expect(plan.starts.filter { $0.trigger == .catchUp }.map(\.slot) == row.caughtUp.map(at))
        #expect(plan.missed.map(\.span.first) == row.missed.map { at($0.0) })
        #expect(plan.missed.map(\.span.last) == row.missed.map { at($0.1) })
        #expect(plan.missed.map(\.span.count) == row.missed.map(\.2))
        #expect(plan.missed.map(\.reason) == row.missed.map(\.3))
        let slots = plan.starts.map(\.slot) + plan.missed.map(\.span.last)
        #expect(plan.accountedTo == slots.max() ?? cursor.accountedTo)
    }

    @Test func aYearOfMissedSecondsIsOneRowWithABoundedCount() throws {
        let timetable = JobTimetable(schedules: [try CronSchedule("* * * * * *")], zone: try SystemTimeZone.named("UTC"))
        let now = at("10:00:00")
        let cursor = JobCursor(job: "j", now: now.moved(by: .seconds(-365 * 86_400)), era: 0, jitter: .zero, jitterSpan: .zero)
        let plan = try SlotPlanner.plan(timetable: timetable, cursor: cursor, policy: CatchUpPolicy(), now: now)
        #expect(plan.starts.map(\.slot) == [now])
        #expect(plan.missed.map(\.span.count) == [SlotSpan.countBound])
        #expect(plan.missed.first?.span.last == now.moved(by: .seconds(-1)))
    }

    @Test func anIntervalBesideOtherSchedulesGoesOnFromEachSlot() throws {
        let schedules = [try CronSchedule("0 * * * *"), try CronSchedule("@every 7m"), try CronSchedule("@every 11m")]
        let timetable = JobTimetable(schedules: schedules, zone: try SystemTimeZone.named("UTC"))
        var slot = at("10:00:00")
        while slot < at("13:00:00") {
            slot = try #require(try timetable.next(after: slot))
            #expect(try timetable.latest(after: at("10:00:00"), upTo: slot) == slot)
        }
    }

    @Test func anHourThatComesTwiceHasFixedSlotsOnceAndIntervalSlotsTwice() throws {
        let zone = try SystemTimeZone.named("Europe/Berlin")
        let before = try #require(Instant(iso8601: "2027-10-30T23:59:59Z"))
        let after = try #require(Instant(iso8601: "2027-10-31T03:00:00Z"))
        for (text, count) in [("30 2 * * *", 1), ("*/30 2 * * *", 4)] {
            let timetable = JobTimetable(schedules: [try CronSchedule(text)], zone: zone)
            let span = try SlotSpan(of: timetable, after: before, upTo: after)
            #expect(span?.count == count, "\(text)")
        }
    }
}

/// A time of 2027-01-15, UTC.
func at(_ time: String) -> Instant {
    guard let instant = Instant(iso8601: "2027-01-15T\(time)Z") else { preconditionFailure("\(time) is not a time") }
    return instant
}
