package import CronSchedule
import JobKit

/// Decides what becomes of the slots that came due since a job was last accounted for.
///
/// On time, late, after suspend, after a clock step, after downtime: always the same question, asked here.
package enum SlotPlanner {
    /// A slot older than this when it is seen was missed; a younger one is merely late.
    package static let lateness = Duration.seconds(30)

    /// What the slots up to now ask for.
    package struct Plan: Sendable, Hashable {
        /// Slots to run, oldest first.
        package var starts: [Start] = []
        /// Slots that do not run, as rows.
        package var missed: [Missed] = []
        /// Where the job is accounted to from now on.
        package var accountedTo: Instant
    }

    /// A slot to run.
    package struct Start: Sendable, Hashable {
        package var slot: Instant
        /// The slot plus the job's jitter.
        package var dueAt: Instant
        /// ``Run/Trigger/schedule`` or ``Run/Trigger/catchUp``.
        package var trigger: Run.Trigger
        package var latenessMilliseconds: Int64
    }

    /// Slots that are not made up for.
    package struct Missed: Sendable, Hashable {
        package var span: SlotSpan
        package var reason: Occurrence.MissReason
    }

    /// - Parameters:
    ///   - cause: why nobody looked in time, if that was so.
    package static func plan(
        timetable: JobTimetable, cursor: JobCursor, policy: CatchUpPolicy, now: Instant, cause: Occurrence.MissReason = .down
    ) throws(CronSearchError) -> Plan {
        let limit = now.moved(by: .zero - cursor.jitter)
        guard let latest = try timetable.latest(after: cursor.accountedTo, upTo: limit, fixedFloor: cursor.fixedFloor) else {
            return Plan(accountedTo: cursor.accountedTo)
        }
        var plan = Plan(accountedTo: latest)
        let age = now.milliseconds - latest.moved(by: cursor.jitter).milliseconds
        let late = age > lateness.wholeMilliseconds
        let chosen = try chosenSlots(latest: latest, late: late, timetable: timetable, cursor: cursor, policy: policy, now: now)
        plan.starts = chosen.map { slot in
            let due = slot.moved(by: cursor.jitter)
            let lateness = max(0, now.milliseconds - due.milliseconds)
            let trigger: Run.Trigger = slot == latest && !late ? .schedule : .catchUp
            return Start(slot: slot, dueAt: due, trigger: trigger, latenessMilliseconds: lateness)
        }
        try addMissed(to: &plan, timetable: timetable, cursor: cursor, policy: policy, now: now, cause: cause)
        return plan
    }

    /// The slots that run, oldest first. The latest one is found directly: how many were missed is never a condition.
    private static func chosenSlots(
        latest: Instant, late: Bool, timetable: JobTimetable, cursor: JobCursor, policy: CatchUpPolicy, now: Instant
    ) throws(CronSearchError) -> [Instant] {
        let tooOld = now.moved(by: .zero - cursor.jitter).moved(by: .zero - policy.deadline)
        guard !late || (policy.mode != .none && latest >= tooOld) else { return [] }
        guard policy.mode == .all else { return [latest] }
        var slots = [latest]
        while slots.count < policy.max, let oldest = slots.last,
            let earlier = try timetable.latest(
                after: cursor.accountedTo, upTo: Instant(milliseconds: oldest.milliseconds - 1), fixedFloor: cursor.fixedFloor),
            earlier >= tooOld
        {
            slots.append(earlier)
        }
        return slots.reversed()
    }

    private static func addMissed(
        to plan: inout Plan, timetable: JobTimetable, cursor: JobCursor, policy: CatchUpPolicy, now: Instant, cause: Occurrence.MissReason
    ) throws(CronSearchError) {
        let end = plan.starts.first.map { Instant(milliseconds: $0.slot.milliseconds - 1) } ?? plan.accountedTo
        guard let span = try SlotSpan(of: timetable, after: cursor.accountedTo, upTo: end, fixedFloor: cursor.fixedFloor) else { return }
        let tooOld = now.moved(by: .zero - cursor.jitter).moved(by: .zero - policy.deadline)
        let onlyTooOld = policy.mode != .none && plan.starts.isEmpty && span.last < tooOld
        plan.missed.append(Missed(span: span, reason: onlyTooOld ? .deadline : cause))
    }

    /// When the job has to be looked at again; nil when its timetable holds no further slot.
    package static func nextDue(timetable: JobTimetable, cursor: JobCursor) throws(CronSearchError) -> Instant? {
        try timetable.next(after: cursor.accountedTo, fixedFloor: cursor.fixedFloor)?.moved(by: cursor.jitter)
    }
}

extension Instant {
    /// The moment `duration` later; at the ends of time it stays there.
    package func moved(by duration: Duration) -> Instant {
        let span = duration.wholeMilliseconds
        let (sum, overflow) = milliseconds.addingReportingOverflow(span)
        return Instant(milliseconds: overflow ? (span < 0 ? .min : .max) : sum)
    }
}
