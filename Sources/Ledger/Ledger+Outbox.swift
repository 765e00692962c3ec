package import CronSchedule
import GRDB
package import SchedulerCore

extension Ledger {
    /// Notices that may be tried by `now`, those first that have waited longest; of each lane and channel only the first.
    /// - Parameter channels: that are left out, since they are being told something.
    package func dueNotices(at now: Instant, besides channels: Set<String> = [], limit: Int) throws(LedgerError) -> [OutboxRow] {
        let names = channels.sorted()
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(OutboxRow.selection) WHERE \(OutboxRow.isHead) AND \(OutboxRow.isDue) AND channel NOT IN (\(Self.marks(names.count)))
                    ORDER BY outbox.next_attempt_at, outbox.id LIMIT ?
                    """,
                arguments: StatementArguments([now.milliseconds, now.milliseconds]) + StatementArguments(names)
                    + StatementArguments([max(0, min(limit, Self.pageBound))])
            ).map { row throws(LedgerError) in try OutboxRow(row) }
        }
    }

    /// When the next notice of each channel may be tried; channels for which none waits are left out.
    package func nextNotices(at now: Instant) throws(LedgerError) -> [String: Instant] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT channel, min(CASE WHEN \(OutboxRow.isDue) THEN min(next_attempt_at, ?) ELSE next_attempt_at END) FROM outbox
                    WHERE \(OutboxRow.isHead) GROUP BY channel
                    """, arguments: [now.milliseconds, now.milliseconds, now.milliseconds])
            var moments: [String: Instant] = [:]
            for row in rows {
                var reader = RowReader(row, of: "outbox")
                let channel = try reader.text()
                moments[channel] = try reader.instant()
            }
            return moments
        }
    }

    /// Notices of the same alert that wait for the same channel behind this one.
    package func notices(behind row: OutboxRow) throws(LedgerError) -> [OutboxRow] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(OutboxRow.selection) WHERE channel = ? AND alert = ? AND sequence > ? AND state = 'waiting' ORDER BY sequence
                    LIMIT \(Self.pageBound)
                    """, arguments: [row.channel, row.notice.alert.rawValue, row.notice.sequence]
            ).map { row throws(LedgerError) in try OutboxRow(row) }
        }
    }

    /// What waits for a channel, or is told of by a delivery that does, in the order in which it was decided.
    package func openNotices(for channel: String, limit: Int) throws(LedgerError) -> [OutboxRow] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(OutboxRow.selection) WHERE id IN (
                      SELECT id FROM outbox WHERE channel = ?1 AND state = 'waiting' UNION ALL
                      SELECT id FROM outbox WHERE channel = ?1 AND state = 'joined')
                    ORDER BY id LIMIT ?2
                    """, arguments: [channel, max(0, min(limit, Self.pageBound))]
            ).map { row throws(LedgerError) in try OutboxRow(row) }
        }
    }

    /// What may be told together with a notice that was never tried, and what waits behind each of these; it is among them if it still waits.
    package func lanes(around row: OutboxRow) throws(LedgerError) -> [OutboxRow] {
        let rows = row.opensAt == nil ? [] : try openNotices(for: row.channel, limit: NoticeGroup.reach)
        let isThere = rows.contains { $0.notice.delivery == row.notice.delivery }
        // Within what was read, one that is not there was withdrawn with others meanwhile.
        let isBeyond = rows.last.map { ($0.number ?? .max) < (row.number ?? .max) } ?? (row.opensAt == nil)
        return isThere || !isBeyond ? rows : rows + [row] + (try notices(behind: row))
    }

    /// The notices that the delivery of another row tells of, while it is on its way.
    package func members(of delivery: RunID) throws(LedgerError) -> [OutboxRow] {
        try read { database in
            try Row.fetchAll(
                database, sql: "\(OutboxRow.selection) WHERE joined = ? AND state = 'joined' ORDER BY id", arguments: [delivery.rawValue]
            ).map { row throws(LedgerError) in try OutboxRow(row) }
        }
    }

    /// Notices that wait, and those of an alert that were told or given up, in the order in which they were decided.
    /// - Parameter alert: nil for all that wait.
    package func notices(of alert: RunID? = nil, limit: Int) throws(LedgerError) -> [OutboxRow] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(OutboxRow.selection) WHERE CASE WHEN ?1 IS NULL THEN state = 'waiting' ELSE alert = ?1 END ORDER BY id LIMIT ?2
                    """,
                arguments: [alert?.rawValue, max(0, min(limit, Self.pageBound))]
            ).map { row throws(LedgerError) in try OutboxRow(row) }
        }
    }

    /// Of each alert that fires, what a channel was told last, in the order in which it was decided.
    package func lastTold(to channel: String, limit: Int) throws(LedgerError) -> [OutboxRow] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(OutboxRow.selection) WHERE id IN (
                      SELECT max(id) FROM outbox AS told WHERE told.channel = ?1 AND told.state = 'delivered'
                        AND told.alert IN (SELECT alert FROM alerts WHERE alert IS NOT NULL) GROUP BY told.alert)
                    ORDER BY id LIMIT ?2
                    """, arguments: [channel, max(0, min(limit, Self.pageBound))]
            ).map { row throws(LedgerError) in try OutboxRow(row) }
        }
    }

    /// How many notices wait for each channel; channels for which none waits are left out.
    package func waitingByChannel() throws(LedgerError) -> [String: Int] {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT channel, count(*) FROM outbox WHERE state = 'waiting' GROUP BY channel")
            var counts: [String: Int] = [:]
            for row in rows {
                var reader = RowReader(row, of: "outbox")
                let channel = try reader.text()
                counts[channel] = try reader.number()
            }
            return counts
        }
    }

    /// How many notices wait.
    package func waitingNotices() throws(LedgerError) -> Int {
        try read { database in try Int.fetchOne(database, sql: "SELECT count(*) FROM outbox WHERE state = 'waiting'") ?? 0 }
    }
}
