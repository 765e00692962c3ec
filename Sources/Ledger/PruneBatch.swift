import CronSchedule
import GRDB
import JobKit
import SchedulerCore

/// The deletions of one transaction.
struct PruneBatch {
    let database: Database
    let rules: [String: HistoryRule]
    let standard: HistoryRule
    let now: Instant
    var progress: PruneProgress
    /// Whether the batch has taken as long as it may.
    let isTimeOver: () -> Bool
    /// Rows that may still be deleted.
    var room = Ledger.rowsPerBatch

    /// Whether the rest is for the next batch; one that has deleted nothing yet goes on however long it takes.
    var isFull: Bool { room <= 0 || (room < Ledger.rowsPerBatch && isTimeOver()) }

    init(
        database: Database, rules: [String: HistoryRule], standard: HistoryRule, now: Instant, progress: PruneProgress,
        isTimeOver: @escaping () -> Bool
    ) {
        self.isTimeOver = isTimeOver
        self.database = database
        self.rules = rules
        self.standard = standard
        self.now = now
        self.progress = progress
    }

    /// What a deletion may not touch, as a condition on `runs`: work that goes on, and what `list` shows.
    private static let mayGo = """
        runs.state NOT IN ('due', 'starting', 'running', 'retrying') AND NOT EXISTS (
          SELECT 1 FROM jobs WHERE jobs.id = runs.job AND jobs.forgotten_at IS NULL
            AND (jobs.last_run = runs.id OR jobs.last_success_run = runs.id))
        """

    /// Looks at the next jobs; a job that needs more than there is room for is the first of the next batch.
    mutating func pruneJobs() throws {
        let jobs = try Row.fetchAll(
            database, sql: "SELECT id, name, forgotten_at FROM jobs WHERE id > ? ORDER BY id LIMIT ?",
            arguments: [progress.lastJob, Ledger.jobsPerBatch])
        for row in jobs {
            var reader = RowReader(row, of: "jobs")
            let job = try reader.integer()
            let rule = rules[try reader.text()] ?? standard
            let forgottenAt = try reader.optionalInstant()
            try pruneRuns(of: job, by: rule)
            try pruneOccurrences(of: job, by: rule)
            if let forgottenAt, forgottenAt < cutoff(rule) { try drop(job) }
            guard !isFull else { return }
            progress.lastJob = job
            // Looking takes its time, too, where rows lie far apart; this job at least is done.
            if isTimeOver() { break }
        }
        // Whoever has looked as much as it may leaves the rest to the next batch.
        if jobs.count == Ledger.jobsPerBatch || isTimeOver() { room = 0 }
    }

    private mutating func pruneRuns(of job: Int64, by rule: HistoryRule) throws {
        let kept = try Int64.fetchOne(
            database, sql: "SELECT id FROM runs WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?", arguments: [job, max(0, rule.keep)])
        if let kept { try deleteRuns("job = ? AND id <= ?", [job, kept]) }
        guard !isFull else { return }
        try deleteRuns(
            "id IN (SELECT id FROM runs WHERE job = ? ORDER BY id LIMIT \(Ledger.rowsPerLook)) AND ended_at < ?",
            [job, cutoff(rule).milliseconds])
    }

    private mutating func pruneOccurrences(of job: Int64, by rule: HistoryRule) throws {
        guard !isFull else { return }
        let bound = max(0, rule.keep).multipliedReportingOverflow(by: Ledger.occurrencesPerRun)
        let kept = try Int64.fetchOne(
            database, sql: "SELECT id FROM occurrences WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
            arguments: [job, bound.overflow ? Int.max : bound.partialValue])
        if let kept { try deleteOccurrences("job = ? AND id <= ?", [job, kept]) }
        guard !isFull else { return }
        try deleteOccurrences(
            "id IN (SELECT id FROM occurrences WHERE job = ? ORDER BY id LIMIT \(Ledger.rowsPerLook)) AND decided_at < ?",
            [job, cutoff(rule).milliseconds])
    }

    /// Drops a job that has no file and no row any more, with the cursor that was put away for it.
    private mutating func drop(_ job: Int64) throws {
        let sql = """
            DELETE FROM jobs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE job = ?1)
              AND NOT EXISTS (SELECT 1 FROM occurrences WHERE job = ?1)
            """
        progress.jobs += try deleteOnce(sql, [job])
    }

    mutating func pruneEvents() throws {
        let sql = """
            DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT ?3)
              AND (at < ?1 OR id <= (SELECT max(id) FROM events) - ?2)
            """
        progress.events += try delete(sql, [cutoff(standard).milliseconds, Ledger.eventBound])
    }

    mutating func pruneAudit() throws {
        let sql = """
            DELETE FROM audit WHERE id IN (SELECT id FROM audit ORDER BY id LIMIT ?2) AND id <= (SELECT max(id) FROM audit) - ?1
            """
        progress.auditEntries += try delete(sql, [Ledger.auditBound])
    }

    /// Deletes the oldest rows of all jobs when the file is larger than it may be.
    /// - Returns: whether another batch can make it smaller.
    mutating func prune(toBytes bound: Int64) throws -> Bool {
        guard try usedBytes() > bound else { return false }
        let before = room
        var left: Int
        repeat {
            left = room
            try deleteRuns("id > 0", [], limit: Ledger.rowsPerStep)
            try deleteOccurrences("id > 0", [], limit: Ledger.rowsPerStep)
            try deleteResults(limit: Ledger.rowsPerStep)
        } while try !isFull && room < left && usedBytes() > bound
        return try room < before && usedBytes() > bound
    }

    /// The file without its free pages.
    private func usedBytes() throws -> Int64 {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let free = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        return (pages - free) * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    }

    private mutating func deleteRuns(_ condition: String, _ values: [any DatabaseValueConvertible], limit: Int? = nil) throws {
        let sql = """
            DELETE FROM runs WHERE id IN (
              SELECT id FROM runs WHERE \(condition) AND \(Self.mayGo) ORDER BY id LIMIT ?)
            """
        progress.runs += try delete(sql, values, limit: limit)
    }

    private mutating func deleteOccurrences(_ condition: String, _ values: [any DatabaseValueConvertible], limit: Int? = nil) throws {
        let sql = """
            DELETE FROM occurrences WHERE id IN (
              SELECT id FROM occurrences WHERE \(condition) AND account <> 'waiting' ORDER BY id LIMIT ?)
            """
        progress.occurrences += try delete(sql, values, limit: limit)
    }

    /// Deletes in steps while there are room and time; the statement takes the size of a step as its last value.
    mutating func delete(_ sql: String, _ values: [any DatabaseValueConvertible], limit: Int? = nil) throws -> Int {
        let most = min(room, limit ?? room)
        var count = 0
        while count < most {
            let step = min(Ledger.rowsPerStep, most - count)
            let deleted = try deleteOnce(sql, values + [step])
            count += deleted
            if deleted < step || isFull { break }
        }
        return count
    }

    private mutating func deleteOnce(_ sql: String, _ values: [any DatabaseValueConvertible]) throws -> Int {
        try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
        room -= database.changesCount
        return database.changesCount
    }

    private func cutoff(_ rule: HistoryRule) -> Instant { now.moved(by: .zero - rule.maxAge) }
}
