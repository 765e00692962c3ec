package import CronSchedule

/// A paused or disabled job: nobody is woken for its slots; they get one row when it speaks again.
package enum Silence {
    /// Why a job is silent at `now`; nil when it is not.
    package static func reason(enabled: Bool, pausedUntil: Instant?, now: Instant) -> Occurrence.SkipReason? {
        if !enabled { return .disabled }
        if let pausedUntil, pausedUntil > now { return .paused }
        return nil
    }

    /// The row for the slots of a silence up to `end`, when it ends or goes over into another one.
    package static func row(
        for cursor: JobCursor, timetable: JobTimetable, upTo end: Instant, now: Instant
    ) throws(CronSearchError) -> Occurrence? {
        guard let reason = cursor.silentReason,
            let span = try SlotSpan(of: timetable, after: cursor.accountedTo, upTo: end, fixedFloor: cursor.fixedFloor)
        else { return nil }
        return Occurrence(
            job: cursor.job, slot: .instant(span.last), era: cursor.era, account: .skipped(reason),
            detail: reason == .paused ? "the job was paused" : "the job was disabled", decidedAt: now,
            latenessMilliseconds: max(0, now.milliseconds - span.last.milliseconds), spanFirst: span.count > 1 ? span.first : nil,
            count: span.count)
    }
}
