package import CronSchedule

/// One worker process of a run, as the ledger keeps it.
package struct RunAttempt: Sendable, Hashable {
    package var run: RunID
    /// From 1.
    package var number: Int
    package var startedAt: Instant
    package var endedAt: Instant?
    /// The state that the attempt brought its run into; ``RunState/running`` while it goes on.
    package var state: RunState
    /// How it ended.
    package var ending: RunEnding?

    /// An attempt just started.
    package init(run: RunID, number: Int, startedAt: Instant) {
        self.run = run
        self.number = number
        self.startedAt = startedAt
        state = .running
    }
}
