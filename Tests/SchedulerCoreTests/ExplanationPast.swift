import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

extension ExplanationTests {
    /// A job and its past, told row by row. A daemon runs since the beginning of 2026; all slots up to now are accounted for.
    struct Past {
        var facts: ExplanationFacts

        init(_ row: Row) throws {
            let job = try Self.job(row.schedules, zone: row.zone)
            let now = Instant.at(row.now)
            facts = ExplanationFacts(
                job: "a", moment: .at(row.at), now: now, zone: job.timetable.zone, scheduled: job)
            facts.writtenOffset = row.at.hasSuffix("Z") ? nil : Int(row.at.suffix(6).prefix(3)).map { $0 * 3600 }
            var cursor = JobCursor(job: "a", now: now, era: 0, jitter: .zero, jitterSpan: .zero)
            cursor.timetable = job.timetable.fingerprint
            facts.cursor = cursor
            facts.clock = ClockRecord(era: 0, lastSeen: now, bootID: "b-1")
            facts.past.began = .at("2026-01-01T00:00:00Z")
            events([("2026-01-01T00:00:00Z", .started)])
        }

        static func job(
            _ schedules: [String], zone: String, gap: Timing.DSTGap = .run, change: (inout JobDefinition) -> Void = { _ in }
        ) throws -> ScheduledJob {
            var definition = JobDefinition(name: "a", kind: "command", timing: Timing(schedules: schedules, dstGap: gap))
            change(&definition)
            return try ScheduledJob(definition: definition, zone: try SystemTimeZone.named(zone))
        }

        static func id(_ number: Int) -> RunID {
            let digits = String(number)
            let text = RunID(milliseconds: 0).rawValue.prefix(10) + String(repeating: "0", count: 16 - digits.count) + digits
            return RunID(rawValue: String(text)) ?? RunID(milliseconds: 0)
        }

        /// A run of the job with the row of its slot.
        /// - Parameter account: gives nil for a run that no row names.
        mutating func run(
            _ number: Int, at slot: String, state: RunState = .succeeded, summary: String = "done", attempt: Int = 1, late: Int64 = 2,
            jitter: Int64 = 0, trigger: Run.Trigger = .schedule, account: (RunID) -> Occurrence.Account? = { .ran(run: $0) }
        ) throws {
            let (id, due) = (Self.id(number), Instant(milliseconds: Instant.at(slot).milliseconds + jitter))
            let isSlotted = trigger == .schedule || trigger == .catchUp
            var run = Run(
                id: id, job: "a", kind: "command", trigger: trigger, slot: isSlotted ? .instant(.at(slot)) : nil, claimedAt: due, dueAt: due
            )
            run.state = state
            run.attempt = attempt
            if state != .due { run.startedAt = Instant(milliseconds: due.milliseconds + late) }
            if state.isEnded {
                run.endedAt = Instant(milliseconds: due.milliseconds + late + 3_200)
                run.ending = RunEnding(summary: summary)
            } else {
                facts.surroundings.open.append(run)
            }
            facts.past.runs.append(run)
            if let account = account(id) { row(slot, account, "", late: late) }
        }

        /// A live run of another job, which makes up for a slot.
        mutating func other(_ number: Int, group: String?) throws {
            let at = Instant.at("2027-01-20T02:00:00Z")
            var run = Run(id: Self.id(number), job: "b", kind: "command", trigger: .catchUp, slot: .instant(at), claimedAt: at, dueAt: at)
            run.state = .running
            run.startedAt = at
            var definition = JobDefinition(name: "b", kind: "command")
            definition.group = group
            facts.surroundings.definitions["b"] = definition
            facts.surroundings.open.append(run)
        }

        mutating func row(
            _ slot: String, _ account: Occurrence.Account, _ detail: String, from first: String? = nil, count: Int = 1,
            decided: String? = nil, late: Int64 = 0
        ) {
            facts.past.occurrences.append(
                Occurrence(
                    job: "a", slot: .instant(.at(slot)), era: 0, account: account, detail: detail, decidedAt: .at(decided ?? slot),
                    latenessMilliseconds: late, spanFirst: first.map(Instant.at), count: count))
        }

        mutating func events(_ list: [(String, PastEvent.Kind)]) {
            facts.past.events += list.map {
                PastEvent($1, at: .at($0), detail: $1 == .started ? "the daemon started" : "the daemon stopped")
            }
        }

        mutating func change(_ kind: PastEvent.Kind, _ at: String) {
            facts.past.events.append(PastEvent(kind, at: .at(at), job: "a", detail: "the file"))
        }

        /// The clock was set back by an hour.
        mutating func setBack(to now: String, floor: String) {
            facts.clock?.era = 1
            facts.cursor?.era = 1
            facts.cursor?.accountedTo = .at(now)
            facts.cursor?.fixedFloor = .at(floor)
            facts.past.events.append(PastEvent(.clockBack, at: .at(now), detail: "the clock was set back by 1h; era 1"))
        }
    }
}

extension Instant {
    /// A moment that a test writes out.
    static func at(_ text: String) -> Instant { Instant(iso8601: text) ?? Instant(milliseconds: .min) }
}
