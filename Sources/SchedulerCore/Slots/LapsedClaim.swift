package import CronSchedule

/// What becomes of a slot whose run ended without a start: the row that said it ran is corrected, the only final row that ever is.
package struct LapsedClaim: Sendable, Hashable {
    /// The run that the slot's row must name.
    package var run: RunID
    package var job: String
    package var slot: Slot
    /// What the row says from now on: skipped or missed.
    package var account: Occurrence.Account
    package var detail: String
    package var decidedAt: Instant
    package var latenessMilliseconds: Int64

    /// - Parameter run: ended, never started, of `slot`.
    package init(run: Run, slot: Slot, account: Occurrence.Account, reason: String, at instant: Instant) {
        self.run = run.id
        job = run.job
        self.slot = slot
        self.account = account
        detail = "\(reason) (run \(run.id))"
        decidedAt = instant
        latenessMilliseconds = max(0, instant.milliseconds - run.dueAt.milliseconds)
    }
}
