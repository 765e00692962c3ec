package import CronSchedule
import GRDB
package import SchedulerCore

extension Ledger {
    /// Deletes one small batch of history that is too old, too long or too large, and gives a few free pages back.
    ///
    /// Never goes: a run that has not ended, a slot that waits, and the last run and the last success of a job that has a file.
    /// A pass is `prune` called with the progress of the call before until that is complete.
    /// - Parameters:
    ///   - rules: by the job's name.
    ///   - standard: for jobs without a rule, and for events.
    ///   - maximumBytes: of the file without its free pages; nil for no bound.
    ///   - after: the progress of the batch before; nil begins a pass.
    package func prune(
        rules: [String: HistoryRule], standard: HistoryRule, maximumBytes: Int64?, now: Instant, after: PruneProgress? = nil
    ) throws(LedgerError) -> PruneProgress {
        var progress = PruneProgress()
        progress.lastJob = after?.lastJob ?? 0
        let end = ContinuousClock.now + Self.batchTime
        try write { database in
            var batch = PruneBatch(
                database: database, rules: rules, standard: standard, now: now, progress: progress,
                isTimeOver: { ContinuousClock.now > end })
            try batch.pruneJobs()
            if !batch.isFull { try batch.pruneEvents() }
            if !batch.isFull { try batch.pruneAudit() }
            if !batch.isFull { try batch.pruneAlerts() }
            var isTooLarge = false
            if let maximumBytes, !batch.isFull { isTooLarge = try batch.prune(toBytes: maximumBytes) }
            batch.progress.isComplete = !batch.isFull && !isTooLarge
            progress = batch.progress
        }
        progress.pages = try giveBackPages()
        progress.isComplete = progress.isComplete && progress.pages < Self.pagesPerBatch
        return progress
    }

    /// Rows that one batch deletes, at most: each lies on five pages of its own in a large ledger.
    package static let rowsPerBatch = 100
    /// Rows that go in one statement: after each the batch looks at the time.
    package static let rowsPerStep = 25
    /// After this a batch deletes no more. To make the deletions durable takes about as long again.
    package static let batchTime = Duration.milliseconds(25)
    /// Jobs that one batch looks at, at most.
    package static let jobsPerBatch = 100
    /// Rows that one batch looks at per job for their age.
    package static let rowsPerLook = 500
    /// Free pages that one batch gives back, at most.
    package static let pagesPerBatch = 32
    /// Slots that are kept for each run that is kept: a job that is skipped often must not fill the disk.
    package static let occurrencesPerRun = 10
    /// Events that are kept, at most.
    package static let eventBound = 100_000

    private func giveBackPages() throws(LedgerError) -> Int {
        try writeWithoutTransaction { database in
            let before = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            // The statement gives a row a page and must be read to its end.
            _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum(\(Self.pagesPerBatch))")
            return before - (try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0)
        }
    }
}
