package import CronSchedule
import GRDB
package import SchedulerCore

extension Ledger {
    /// Every key that has a row: what is, or lately was, not as it should be.
    package func alerts() throws(LedgerError) -> [Alert] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT record FROM alerts ORDER BY key").map { row throws(LedgerError) in
                var reader = RowReader(row, of: "alerts")
                let text = try reader.text()
                return try RecordText.value(Alert.self, from: text) { reader.refusal($0) }
            }
        }
    }

    /// How many alerts fire, by how bad they are; levels of none are left out.
    package func firingByLevel() throws(LedgerError) -> [AlertLevel: Int] {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT level, count(*) FROM alerts WHERE alert IS NOT NULL GROUP BY level")
            var counts: [AlertLevel: Int] = [:]
            for row in rows {
                var reader = RowReader(row, of: "alerts")
                let level: AlertLevel = try reader.word()
                counts[level] = try reader.number()
            }
            return counts
        }
    }

    /// Silences that have not ended by `now`, oldest first.
    package func silences(at now: Instant) throws(LedgerError) -> [AlertSilence] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, pattern, until, author, reason, created_at FROM silences WHERE ended_at IS NULL AND until > ? ORDER BY id
                    """,
                arguments: [now.milliseconds]
            ).map { row throws(LedgerError) in try AlertSilence(row) }
        }
    }

    /// What happened to alerts, newest first.
    /// - Parameters:
    ///   - job: nil for all jobs.
    ///   - alert: nil for all alerts; else the beginning of an alert's id.
    ///   - limit: rows, at most ``pageBound``.
    package func alertRecords(job: String? = nil, alert: String? = nil, limit: Int) throws(LedgerError) -> [AlertRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, at, kind, key, alert, level, detail FROM alert_events
                    WHERE (?1 IS NULL OR job = ?1) AND (?2 IS NULL OR (alert >= ?2 AND alert < ?2 || 'ZZ'))
                    ORDER BY id DESC LIMIT ?3
                    """,
                arguments: [job, alert, max(0, min(limit, Self.pageBound))]
            ).map { row throws(LedgerError) in try AlertRecord(row) }
        }
    }

    /// How long the last good runs of jobs took, in milliseconds, oldest first.
    package func durations(of jobs: [String], limit: Int) throws(LedgerError) -> [String: [Int64]] {
        try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT ended_at - started_at FROM runs JOIN jobs ON jobs.id = runs.job
                    WHERE jobs.name = ? AND state = 'succeeded' AND attempt = 1 AND dry_run = 0 AND started_at IS NOT NULL
                    ORDER BY runs.id DESC LIMIT ?
                    """)
            var durations: [String: [Int64]] = [:]
            for job in jobs {
                durations[job] = try Int64.fetchAll(statement, arguments: [job, limit]).reversed()
            }
            return durations
        }
    }
}

extension AlertSilence {
    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "silences")
        let id: RunID = try reader.word()
        let pattern = try reader.text()
        let until = try reader.instant()
        let author = try reader.text()
        let reason = try reader.text()
        self.init(id: id, pattern: pattern, until: until, author: author, reason: reason, createdAt: try reader.instant())
    }
}

extension AlertRecord {
    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "alert_events")
        let number = try reader.integer()
        let at = try reader.instant()
        let kind: Kind = try reader.word()
        let text = try reader.optionalText()
        let key = try text.map { text throws(LedgerError) in
            try RecordText.value(AlertKey.self, from: text) { reader.refusal($0) }
        }
        let alert: RunID? = try reader.optionalWord()
        let level: AlertLevel = try reader.word()
        self.init(kind, at: at, key: key, alert: alert, level: level, detail: try reader.text())
        self.number = number
    }
}
