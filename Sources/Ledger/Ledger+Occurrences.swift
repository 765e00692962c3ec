package import CronSchedule
import GRDB
package import SchedulerCore

extension Ledger {
    /// What became of the slots of a job in a span of time, newest first.
    ///
    /// A row that stands for several slots is given when one of them can lie in the span; a boot's row when it was decided in it.
    /// - Parameters:
    ///   - since: the first moment.
    ///   - until: the last moment.
    ///   - limit: rows, at most ``pageBound``.
    package func occurrences(job: String, since: Instant, until: Instant, limit: Int) throws(LedgerError) -> [Occurrence] {
        let limit = max(0, min(limit, Self.pageBound))
        return try read { database in
            guard let number = try Int64.fetchOne(database, sql: "SELECT id FROM jobs WHERE name = ?", arguments: [job]) else { return [] }
            let conditions = [
                "occurrences.slot BETWEEN ?2 AND ?3 ORDER BY occurrences.slot DESC, occurrences.era DESC",
                "occurrences.span_first <= ?3 AND occurrences.slot > ?3 AND occurrences.slot < '' ORDER BY occurrences.slot",
                "occurrences.slot >= '' AND occurrences.decided_at BETWEEN ?2 AND ?3 ORDER BY occurrences.id DESC",
            ]
            var found: [Occurrence] = []
            for condition in conditions {
                found += try Row.fetchAll(
                    database, sql: "\(Occurrence.selection) WHERE occurrences.job = ?1 AND \(condition) LIMIT ?4",
                    arguments: [number, since.milliseconds, until.milliseconds, limit]
                ).map { row throws(LedgerError) in try Occurrence(row) }
            }
            return Array(found.sorted { $0.moment > $1.moment }.prefix(limit))
        }
    }

    /// Slots that wait: for an earlier run, for other jobs, or for a free place; in the order they came.
    package func waitingOccurrences() throws(LedgerError) -> [Occurrence] {
        try read { database in
            try Row.fetchAll(database, sql: "\(Occurrence.selection) WHERE occurrences.account = 'waiting' ORDER BY occurrences.id")
                .map { row throws(LedgerError) in try Occurrence(row) }
        }
    }
}

extension Occurrence {
    /// Where it stands in a list by time.
    fileprivate var moment: Instant { slot.instant ?? decidedAt }
}
