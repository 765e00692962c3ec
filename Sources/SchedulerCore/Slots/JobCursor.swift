package import CronSchedule

/// What the ledger keeps about a job between runs of the daemon.
package struct JobCursor: Sendable, Hashable {
    package var job: String
    /// Every slot up to here has its row, or belongs to the silence that goes on.
    package var accountedTo: Instant
    /// The era that `accountedTo` belongs to.
    package var era: Int
    /// The drawn offset; kept so that a changed host name does not redraw it.
    package var jitter: Duration
    /// The span that the offset was drawn for.
    package var jitterSpan: Duration
    /// Slots of fixed-time schedules up to here had their rows before the clock was set back; nil when it was not.
    package var fixedFloor: Instant?
    /// The boot whose `@reboot` slot is accounted for.
    package var bootServed: String?
    /// Until when the job is paused, ``forever`` for "until resumed"; nil when it is not.
    package var pausedUntil: Instant?
    /// Why the job is silent since `accountedTo`; nil when it is not. Its slots get one row when it speaks again.
    package var silentReason: Occurrence.SkipReason?
    /// ``JobTimetable/fingerprint`` of what `accountedTo` counts; ``noTimetable`` while the job has no file; nil when unknown.
    package var timetable: String?

    /// The job has no file: no slots are owed.
    package static let noTimetable = ""

    /// A pause without an end.
    package static let forever = Instant(milliseconds: .max)

    /// A job seen for the first time at `now`: nothing before that is owed.
    package init(job: String, now: Instant, era: Int, jitter: Duration, jitterSpan: Duration) {
        self.job = job
        accountedTo = now
        self.era = era
        self.jitter = jitter
        self.jitterSpan = jitterSpan
    }
}
