import CronSchedule

@testable import SchedulerCore

/// What a job's timetable owed, stretch by stretch: the oracle for "no slot vanishes".
struct Timeline {
    struct Stretch {
        var timetable: JobTimetable
        var era: Int
        /// Slots after this are owed.
        var from: Instant
        /// Slots whose moment came by then.
        var decidedTo: Instant
        /// Whether the clock was set back by more than three hours: then earlier rows do not count.
        var isAnew: Bool
    }

    private(set) var stretches: [Stretch] = []
    private var timetable: JobTimetable?
    private var era: Int

    init(era: Int) { self.era = era }

    mutating func use(_ new: JobTimetable?, from now: Instant) {
        let isSame = new?.fingerprint == timetable?.fingerprint
        timetable = new
        guard !isSame, let new else { return }
        stretches.append(Stretch(timetable: new, era: era, from: now, decidedTo: now, isAnew: false))
    }

    mutating func beginEra(_ number: Int, at now: Instant, isLarge: Bool) {
        era = number
        guard let timetable else { return }
        stretches.append(Stretch(timetable: timetable, era: number, from: now, decidedTo: now, isAnew: isLarge))
    }

    mutating func decided(to now: Instant) {
        guard timetable != nil, let last = stretches.indices.last else { return }
        stretches[last].decidedTo = max(now, stretches[last].decidedTo)
    }

    func findings(job: String, rows: [Occurrence], cursor: JobCursor?) throws -> [String] {
        var findings: [String] = []
        var covered: [Int: Set<Instant>] = [:]
        for row in rows {
            guard let last = row.slot.instant else { continue }
            let slots = try self.slots(of: row, upTo: last, jitter: cursor?.jitter ?? .zero)
            if slots.count != row.count, row.count < SlotSpan.countBound {
                findings.append("\(job): the row up to \(last) counts \(row.count), but stands for \(slots.count)")
            }
            for slot in slots where !covered[row.era, default: []].insert(slot).inserted {
                findings.append("\(job): \(slot) of era \(row.era) is accounted for twice")
            }
        }
        for stretch in stretches {
            findings += try missing(in: stretch, job: job, covered: covered, cursor: cursor)
        }
        return findings
    }

    /// The slots that a row stands for. In a later era, fixed slots that the wall clock passed before are none of them.
    private func slots(of row: Occurrence, upTo last: Instant, jitter: Duration) throws -> [Instant] {
        guard row.count > 1 else { return [last] }
        guard let first = row.spanFirst else { return [] }
        let passed = stretches.filter { $0.era < row.era }
        let passedTo: [Instant] = passed.flatMap { [$0.from, $0.decidedTo, $0.decidedTo.moved(by: .zero - jitter)] }
        let floors: [Instant?] = [nil] + passedTo
        var best: [Instant] = []
        for stretch in stretches where stretch.era == row.era {
            for floor in floors {
                var slots = [first]
                while let slot = slots.last, slot < last, let next = try stretch.timetable.next(after: slot, fixedFloor: floor),
                    next <= last
                {
                    slots.append(next)
                }
                if slots.last == last, slots.count == row.count { return slots }
                if slots.count > best.count { best = slots }
            }
        }
        return best
    }

    private func missing(in stretch: Stretch, job: String, covered: [Int: Set<Instant>], cursor: JobCursor?) throws -> [String] {
        guard !stretch.timetable.schedules.isEmpty, !stretch.timetable.isElapsedOnly else { return [] }
        let intervals = JobTimetable(
            schedules: stretch.timetable.schedules.filter { $0.kind == .calendar(.interval) }, zone: stretch.timetable.zone)
        let limit = stretch.decidedTo.moved(by: .zero - (cursor?.jitter ?? .zero))
        var findings: [String] = []
        var from = stretch.from
        while let slot = try stretch.timetable.next(after: from), slot <= limit {
            from = slot
            if covered[stretch.era]?.contains(slot) == true { continue }
            let isFixed = try intervals.next(after: slot.moved(by: .milliseconds(-1))) != slot
            if isFixed, !stretch.isAnew, wasPassed(slot, before: stretch.era) { continue }
            if let cursor, cursor.silentReason != nil, cursor.era == stretch.era, slot > cursor.accountedTo { continue }
            findings.append("\(job): \(slot) of era \(stretch.era) has no row (\(stretch.timetable.schedules.map(\.text)))")
        }
        return findings
    }

    /// Whether the wall clock stood at or beyond `slot` in an earlier era: a small step back does not bring fixed slots again.
    private func wasPassed(_ slot: Instant, before era: Int) -> Bool {
        stretches.contains { $0.era < era && max($0.from, $0.decidedTo) >= slot }
    }
}
