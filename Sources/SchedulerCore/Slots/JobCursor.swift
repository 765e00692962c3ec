package import CronSchedule

/// What the ledger keeps about a job between runs of the daemon.
package struct JobCursor: Sendable, Hashable {
    package var job: String
    /// Every slot up to here has its row.
    package var accountedTo: Instant
    /// The era that `accountedTo` belongs to.
    package var era: Int
    /// The drawn offset; kept so that a changed host name does not redraw it.
    package var jitter: Duration
    /// The span that the offset was drawn for.
    package var jitterSpan: Duration
    /// Until when the job is paused; nil when it is not. `Instant.distantFuture`-like values mean "until resumed".
    package var pausedUntil: Instant?
    /// Since when it is paused or disabled without a row yet; nil when it is neither.
    package var silentSince: Instant?
    /// Why it is silent.
    package var silentReason: Occurrence.SkipReason?

    /// A job seen for the first time at `now`: nothing before that is owed.
    package init(job: String, now: Instant, era: Int, jitter: Duration, jitterSpan: Duration) {
        self.job = job
        accountedTo = now
        self.era = era
        self.jitter = jitter
        self.jitterSpan = jitterSpan
    }
}
