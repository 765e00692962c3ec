import CronSchedule

/// A due slot that waits until other jobs have succeeded.
struct ConditionWait: Sendable, Hashable {
    var job: String
    var slot: Instant
    var era: Int
    var trigger: Run.Trigger
    var count: Int

    init(job: String, slot: Instant, era: Int, trigger: Run.Trigger, count: Int) {
        self.job = job
        self.slot = slot
        self.era = era
        self.trigger = trigger
        self.count = count
    }

    /// From a row of the ledger; nil when the row does not wait.
    init?(_ occurrence: Occurrence) {
        guard case .waiting(let trigger) = occurrence.account, let slot = occurrence.slot.instant else { return nil }
        self.init(job: occurrence.job, slot: slot, era: occurrence.era, trigger: trigger, count: occurrence.count)
    }

    /// When the slot is given up.
    func expiry(for definition: JobDefinition) -> Instant { slot.moved(by: definition.catchUp.deadline) }
}
