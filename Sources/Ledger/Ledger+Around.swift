package import CronSchedule
import GRDB
package import SchedulerCore

/// What `explain` asks for: the rows around one moment, however long the history is.
extension Ledger {
    /// Rows in each direction from a moment.
    package static let neighbourBound = 8
    /// Events in each direction from a moment, of the daemon and of one job each.
    package static let eventsAround = 20

    /// The slots of a job next to a moment, before and after, and the spans that contain it; boots by when they were decided.
    package func occurrences(job: String, around moment: Instant) throws(LedgerError) -> [Occurrence] {
        try read { database in
            guard let number = try Int64.fetchOne(database, sql: "SELECT id FROM jobs WHERE name = ?", arguments: [job]) else { return [] }
            let conditions = [
                "occurrences.slot <= ?2 ORDER BY occurrences.slot DESC",
                "occurrences.slot > ?2 AND occurrences.slot < '' ORDER BY occurrences.slot",
                "occurrences.slot > ?2 AND occurrences.slot < '' AND occurrences.span_first IS NOT NULL ORDER BY occurrences.slot",
                "occurrences.slot >= '' AND occurrences.decided_at <= ?2 ORDER BY occurrences.id DESC",
                "occurrences.slot >= '' AND occurrences.decided_at > ?2 ORDER BY occurrences.id",
            ]
            var found: [Occurrence] = []
            for condition in conditions {
                found += try Row.fetchAll(
                    database, sql: "\(Occurrence.selection) WHERE occurrences.job = ?1 AND \(condition) LIMIT ?3",
                    arguments: [number, moment.milliseconds, Self.neighbourBound]
                ).map { row throws(LedgerError) in try Occurrence(row) }.filter { !found.contains($0) }
            }
            return found
        }
    }

    /// The runs of a job that were claimed last up to a moment, newest first. Ids begin with the time of the claim.
    package func runs(job: String, claimedUpTo moment: Instant, limit: Int) throws(LedgerError) -> [Run] {
        try read { database in
            guard let number = try Int64.fetchOne(database, sql: "SELECT id FROM jobs WHERE name = ?", arguments: [job]) else { return [] }
            let bound = String(RunID(milliseconds: max(0, moment.milliseconds)).rawValue.prefix(10)) + "ZZ"
            let last = try Int64.fetchOne(
                database, sql: "SELECT id FROM runs WHERE run <= ? ORDER BY run DESC LIMIT 1", arguments: [bound])
            return try Row.fetchAll(
                database, sql: "\(Run.selection) WHERE runs.job = ? AND runs.id <= ? ORDER BY runs.id DESC LIMIT ?",
                arguments: [number, last ?? 0, limit]
            ).map { row throws(LedgerError) in try Run(row) }
        }
    }

    /// What happened around a moment, to the daemon and to one job, in the order it was written.
    ///
    /// The clock may have been set between two events, so that none is found by its time; but there are never more than ``eventBound``.
    package func events(job: String, around moment: Instant) throws(LedgerError) -> [LedgerEvent] {
        try read { database in
            var found: [LedgerEvent] = []
            for subject in ["job IS NULL AND ?2 = ?2", "job = ?2"] {
                for side in ["at <= ?1 ORDER BY id DESC", "at > ?1 ORDER BY id"] {
                    found += try Row.fetchAll(
                        database, sql: "SELECT id, at, kind, job, detail FROM events WHERE id > 0 AND \(subject) AND \(side) LIMIT ?3",
                        arguments: [moment.milliseconds, job, Self.eventsAround]
                    ).map { row throws(LedgerError) in try LedgerEvent(row) }
                }
            }
            return found.sorted { $0.number ?? 0 < $1.number ?? 0 }
        }
    }

    /// What was asked for around a moment about a job and its runs, and done. There are never more than ``auditBound`` rows.
    package func acts(on objects: [String], around moment: Instant) throws(LedgerError) -> [AuditEntry] {
        try read { database in
            var found: [AuditEntry] = []
            for side in ["at <= ? ORDER BY id DESC", "at > ? ORDER BY id"] {
                let values: [any DatabaseValueConvertible] = objects + [moment.milliseconds, Self.neighbourBound]
                found += try Row.fetchAll(
                    database,
                    sql: """
                        SELECT id, at, uid, gid, pid, user, role, verb, object, detail, result FROM audit
                         WHERE id > 0 AND result = 'done' AND object IN (\(Self.marks(objects.count))) AND \(side) LIMIT ?
                        """, arguments: StatementArguments(values)
                ).map { row throws(LedgerError) in try AuditEntry(row) }
            }
            return found.sorted { $0.number ?? 0 < $1.number ?? 0 }
        }
    }

    /// When the first event was written; nil when it is not kept any more, or there is none.
    package func began() throws(LedgerError) -> Instant? {
        try read { database in
            try Int64.fetchOne(database, sql: "SELECT at FROM events WHERE id = 1").map(Instant.init(milliseconds:))
        }
    }

    /// When the last slot of any job was decided before `moment`, counted back from the row of a slot: a sign that a daemon lived.
    package func lastDecision(before moment: Instant, row: Occurrence) throws(LedgerError) -> Instant? {
        try read { database in
            let id = try Int64.fetchOne(
                database,
                sql: """
                    SELECT occurrences.id FROM occurrences JOIN jobs ON jobs.id = occurrences.job
                     WHERE jobs.name = ? AND occurrences.slot = ? AND occurrences.era = ?
                    """, arguments: [row.job, row.slot.databaseValue, row.era])
            guard let id else { return nil }
            return try Int64.fetchOne(
                database, sql: "SELECT decided_at FROM occurrences WHERE id < ? AND decided_at < ? ORDER BY id DESC LIMIT 1",
                arguments: [id, moment.milliseconds]
            ).map(Instant.init(milliseconds:))
        }
    }

    /// The first slot that the oldest row of a job stands for, and whether the job has as many rows as `rule` keeps.
    package func reach(of job: String, rule: HistoryRule) throws(LedgerError) -> (oldest: Instant?, isFull: Bool) {
        try read { database in
            guard let number = try Int64.fetchOne(database, sql: "SELECT id FROM jobs WHERE name = ?", arguments: [job])
            else { return (nil, false) }
            let row = try Row.fetchOne(
                database, sql: "\(Occurrence.selection) WHERE occurrences.job = ? ORDER BY occurrences.id LIMIT 1", arguments: [number])
            let oldest = try row.map { row throws(LedgerError) in try Occurrence(row) }
            let kept = max(0, rule.keep).multipliedReportingOverflow(by: Self.occurrencesPerRun)
            let last = try Int64.fetchOne(
                database, sql: "SELECT id FROM occurrences WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
                arguments: [number, kept.overflow ? Int.max : max(0, kept.partialValue - 1)])
            return (oldest.map { $0.spanFirst ?? $0.slot.instant ?? $0.decidedAt }, last != nil)
        }
    }
}
