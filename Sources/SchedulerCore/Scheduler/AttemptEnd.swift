package import CronSchedule
package import JobKit

/// What the launcher and the worker left behind when an attempt ended.
package struct AttemptEnd: Sendable {
    package var run: RunID
    package var attempt: Int
    package var cause: RunVerdict.Cause
    /// The worker's result; nil for programs and for workers that gave none.
    package var result: WireEvent.Result?
    /// What the worker reported of things that it checked.
    package var checks: [WireEvent.Check]
    package var usage: ResourceUsage?
    package var startedAt: Instant?
    package var endedAt: Instant
    /// What else the operator should read: output that was cut, orphans that were killed, limits that nobody enforces.
    package var notes: [String]
    /// What to do about it, where the place that failed knows better than the cause tells.
    package var fix: String?

    package init(run: RunID, attempt: Int, cause: RunVerdict.Cause, endedAt: Instant) {
        self.run = run
        self.attempt = attempt
        self.cause = cause
        self.endedAt = endedAt
        checks = []
        notes = []
    }
}
