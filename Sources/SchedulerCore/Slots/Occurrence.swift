package import CronSchedule

/// What became of a due slot, or of a span of slots: one row of the ledger.
package struct Occurrence: Sendable, Hashable {
    /// What became of it.
    package enum Account: Sendable, Hashable {
        /// It waits: for an earlier run, for other jobs, or for a free place.
        case waiting(Run.Trigger)
        case ran(run: RunID)
        case caughtUp(run: RunID)
        case skipped(SkipReason)
        case missed(MissReason)
    }

    package enum SkipReason: String, Sendable, Hashable, Codable, CaseIterable {
        case overlap, paused, disabled, condition
    }

    package enum MissReason: String, Sendable, Hashable, Codable, CaseIterable {
        /// The daemon did not run: not started, suspended, stalled.
        case down
        /// It was older than `catch_up.deadline` when it could have run.
        case deadline
        /// The clock was set past it.
        case clock
    }

    package var job: String
    /// The slot; of a span the last one.
    package var slot: Slot
    /// Counts backward steps of the clock.
    package var era: Int
    package var account: Account
    /// A sentence with the facts: which run was in the way, until when it was paused.
    package var detail: String
    /// When this was decided.
    package var decidedAt: Instant
    /// How late it was when it was decided, in milliseconds; the run of a slot may start later still.
    package var latenessMilliseconds: Int64
    /// For a span: its first slot. Nil for a single slot.
    package var spanFirst: Instant?
    /// Slots that the row stands for; a span's count stops at ``SlotSpan/countBound``.
    package var count: Int

    package init(
        job: String, slot: Slot, era: Int, account: Account, detail: String, decidedAt: Instant, latenessMilliseconds: Int64,
        spanFirst: Instant? = nil, count: Int = 1
    ) {
        self.job = job
        self.slot = slot
        self.era = era
        self.account = account
        self.detail = detail
        self.decidedAt = decidedAt
        self.latenessMilliseconds = latenessMilliseconds
        self.spanFirst = spanFirst
        self.count = count
    }
}
