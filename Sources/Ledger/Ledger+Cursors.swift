package import CronSchedule
import GRDB
package import SchedulerCore

extension Ledger {
    /// What is known of the clock; nil in a new ledger.
    package func clock() throws(LedgerError) -> ClockRecord? {
        try read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT era, last_seen, boot_id FROM clock") else { return nil }
            var reader = RowReader(row, of: "clock")
            return ClockRecord(era: try reader.number(), lastSeen: try reader.instant(), bootID: try reader.text())
        }
    }

    /// The cursors of all jobs that are not forgotten, by name.
    package func cursors() throws(LedgerError) -> [JobCursor] {
        try read { database in
            try Row.fetchAll(database, sql: "\(JobCursor.selection) WHERE jobs.forgotten_at IS NULL ORDER BY jobs.name")
                .map { row throws(LedgerError) in try JobCursor(row) }
        }
    }

    /// Notes that a job's file is gone. Its history stays until it is too old; slots that wait stay as they are.
    ///
    /// The cursor is put away, not dropped: a pause and the drawn jitter survive a file that is deleted and written anew.
    package func forget(job: String, now: Instant) throws(LedgerError) {
        try write { database in
            try database.execute(
                sql: "UPDATE jobs SET forgotten_at = ? WHERE name = ? AND forgotten_at IS NULL", arguments: [now.milliseconds, job])
        }
    }

    /// The cursor of a job whose file came back, moved so that it owes nothing for the time without a file.
    ///
    /// Nothing is written: committing the cursor makes the job known again.
    /// - Returns: nil when the job was not forgotten or never had one.
    package func forgottenCursor(job: String, now: Instant) throws(LedgerError) -> JobCursor? {
        try read { database in
            let row = try Row.fetchOne(
                database, sql: "\(JobCursor.selection) WHERE jobs.forgotten_at IS NOT NULL AND jobs.name = ?", arguments: [job])
            guard var cursor = try row.map({ row throws(LedgerError) in try JobCursor(row) }) else { return nil }
            cursor.accountedTo = now
            cursor.silentReason = nil
            return cursor
        }
    }
}
