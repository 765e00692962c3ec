import CronSchedule
import Daemon
import JobKit
import SchedulerCore

/// The slots of one job, one after the other, as a daemon would come to them.
struct UpcomingSlots {
    /// The offset of this job's starts on this host.
    let jitter: Duration
    private let job: ScheduledJob
    private let fixedFloor: Instant?
    /// The last slot given, or where to begin; nil when there is none to come.
    private var moment: Instant?

    /// - Parameters:
    ///   - from: slots after this moment; nil for those that are still owed at `now`.
    init(_ job: ScheduledJob, cursor: JobCursor?, now: Instant, from: Instant? = nil) throws(DaemonError) {
        self.job = job
        let span = job.definition.timing.jitter
        let known = cursor.flatMap { $0.jitterSpan == span ? $0.jitter : nil }
        jitter = known ?? Jitter.offset(host: Machine.hostName, job: job.definition.name, span: span)
        fixedFloor = cursor?.fixedFloor
        let pause = cursor?.pausedUntil
        guard job.definition.enabled, pause != JobCursor.forever else { return }
        // A slot at the very end of a pause runs.
        let pauseEnd = pause.map { $0.moved(by: .milliseconds(-1)) }
        if let from {
            moment = max(from, pauseEnd ?? from)
        } else {
            let owed = try Self.searching { () throws(CronSearchError) in try Self.owed(of: job, cursor: cursor, jitter: jitter, at: now) }
            moment = max(owed, pauseEnd ?? owed)
        }
    }

    /// The next slot; nil when there is none.
    mutating func next() throws(DaemonError) -> UpcomingSlot? {
        guard let after = moment else { return nil }
        let (timetable, floor) = (job.timetable, fixedFloor)
        moment = try Self.searching { () throws(CronSearchError) in try timetable.next(after: after, fixedFloor: floor) }
        return try moment.map { slot throws(DaemonError) in
            UpcomingSlot(
                job: job.definition.name, slot: slot, dueAt: slot.moved(by: jitter), zone: timetable.zone,
                note: try Self.searching { () throws(CronSearchError) in try note(on: slot) })
        }
    }

    /// The next slots, at most `count`.
    mutating func next(_ count: Int) throws(DaemonError) -> [UpcomingSlot] {
        var slots: [UpcomingSlot] = []
        while slots.count < count, let slot = try next() { slots.append(slot) }
        return slots
    }

    /// The last slot that is accounted for, or will be at `now`; a daemon goes on from there. Interval jobs count from it.
    private static func owed(of job: ScheduledJob, cursor: JobCursor?, jitter: Duration, at now: Instant) throws(CronSearchError) -> Instant
    {
        // A timetable that no daemon has seen counts from now.
        guard let cursor, cursor.timetable == job.timetable.fingerprint else { return now }
        let limit = now.moved(by: .zero - jitter)
        return try job.timetable.latest(after: cursor.accountedTo, upTo: limit, fixedFloor: cursor.fixedFloor) ?? cursor.accountedTo
    }

    /// What a change of the clock does at a slot.
    private func note(on slot: Instant) throws(CronSearchError) -> String? {
        var notes: [String] = []
        for schedule in job.timetable.schedules {
            guard case .calendar = schedule.kind else { continue }
            let before = slot.moved(by: .milliseconds(-1))
            let row = try schedule.preview(count: 1, from: before, in: job.timetable.zone, dstGap: job.timetable.dstGap).first
            if let row, row.instant == slot, let note = row.note, !notes.contains(note) { notes.append(note) }
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    private static func searching<Value>(_ body: () throws(CronSearchError) -> Value) throws(DaemonError) -> Value {
        do throws(CronSearchError) {
            return try body()
        } catch {
            throw DaemonError("\(error)", fix: "install the package tzdata anew")
        }
    }
}
