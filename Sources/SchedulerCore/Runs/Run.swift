package import CronSchedule

/// One execution of a job: the ledger's row, as a value.
package struct Run: Sendable, Hashable {
    /// Why a run exists.
    package enum Trigger: String, Sendable, Hashable, Codable, CaseIterable {
        /// Its slot came due.
        case schedule
        /// Its slot was missed and is made up for.
        case catchUp = "catch_up"
        /// A person asked for it.
        case manual
        /// The jobs it waits for succeeded.
        case after
    }

    package var id: RunID
    package var job: String
    package var kind: String
    package var trigger: Trigger
    package var state: RunState
    /// The attempt that goes on or ended last, from 1.
    package var attempt: Int
    /// The slot it serves; nil for manual runs and those after other jobs.
    package var slot: Slot?
    /// When it was claimed.
    package var claimedAt: Instant
    /// When it may start: the slot plus jitter, or the moment it was asked for.
    package var dueAt: Instant
    /// First start of a worker.
    package var startedAt: Instant?
    package var endedAt: Instant?
    /// With ``RunState/retrying``: when the next attempt is due.
    package var retryAt: Instant?
    package var dryRun: Bool
    /// How it ended.
    package var ending: RunEnding?

    /// A run just claimed.
    package init(
        id: RunID, job: String, kind: String, trigger: Trigger, slot: Slot?, claimedAt: Instant, dueAt: Instant, dryRun: Bool = false
    ) {
        self.id = id
        self.job = job
        self.kind = kind
        self.trigger = trigger
        self.slot = slot
        self.claimedAt = claimedAt
        self.dueAt = dueAt
        self.dryRun = dryRun
        state = .due
        attempt = 1
    }
}
