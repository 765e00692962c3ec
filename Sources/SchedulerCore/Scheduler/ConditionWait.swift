import CronSchedule

/// A due slot that waits until other jobs have succeeded.
struct ConditionWait: Sendable, Hashable {
    var job: String
    var slot: Slot
    var era: Int
    var trigger: Run.Trigger
    /// When the wait began: the slot, moved by what the clock was set since.
    var since: Instant

    init(job: String, slot: Slot, era: Int, trigger: Run.Trigger, since: Instant) {
        self.job = job
        self.slot = slot
        self.era = era
        self.trigger = trigger
        self.since = since
    }

    /// From a row of the ledger; nil when the row does not wait.
    init?(_ occurrence: Occurrence) {
        guard case .waiting(let trigger) = occurrence.account else { return nil }
        self.init(
            job: occurrence.job, slot: occurrence.slot, era: occurrence.era, trigger: trigger,
            since: occurrence.slot.instant ?? occurrence.decidedAt)
    }
}
