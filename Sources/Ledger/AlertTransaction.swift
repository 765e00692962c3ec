import CronSchedule
import GRDB
import SchedulerCore

/// The rows of alerts within a transaction.
struct AlertTransaction {
    let database: Database

    func apply(_ changes: AlertChanges) throws {
        for result in changes.results { try insert(result) }
        for row in changes.alerts {
            switch row {
            case .put(let alert): try replace(alert)
            case .forget(let alert): try forget(alert)
            }
        }
        for silence in changes.silences { try replace(silence) }
        for record in changes.history { try insert(record) }
        for mark in changes.deliveries { try apply(mark) }
        for join in changes.joins { try apply(join) }
        for row in changes.notices { try insert(row) }
        for lane in changes.released { try release(lane) }
        for rest in changes.rests { try keep(rest) }
    }

    private func release(_ lane: ReleasedLane) throws {
        try execute(
            """
            UPDATE outbox SET next_attempt_at = ?4, changed_at = ?1, opens_at = min(opens_at, ?1)
            WHERE channel = ?2 AND lane = ?3 AND state = 'waiting' AND tries = 0 AND next_attempt_at > ?4
            """, [lane.at.milliseconds, lane.channel.storable, lane.lane.storable, lane.until.milliseconds])
    }

    private func keep(_ rest: ChannelRest) throws {
        try execute(
            """
            UPDATE outbox SET next_attempt_at = ?1, changed_at = ?2 WHERE channel = ?3 AND state = 'waiting' AND next_attempt_at < ?1
            """, [rest.until.milliseconds, rest.at.milliseconds, rest.channel.storable])
        // For what comes up later, also under the next daemon.
        try execute(
            "INSERT OR REPLACE INTO channel_rests (channel, at, until) VALUES (?, ?, ?)",
            [rest.channel.storable, rest.at.milliseconds, rest.until.milliseconds])
    }

    private func insert(_ result: CheckResult) throws {
        let key = result.key
        let number = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    INSERT INTO checks (job, name, target, last_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT (job, name, target) DO UPDATE SET last_at = excluded.last_at RETURNING id
                    """),
            arguments: [key.job.storable, key.name.storable, (key.target ?? "").storable, result.at.milliseconds])
        try execute(CheckResult.insertion, [number] + result.values())
        try execute("UPDATE checks SET last_result = ? WHERE id = ?", [database.lastInsertedRowID, number])
    }

    /// Compare-and-set: the row is at the revision before this one.
    private func replace(_ alert: Alert) throws {
        let incident = alert.state.incident
        let values: [(any DatabaseValueConvertible)?] = [
            alert.revision, alert.state.word.rawValue, alert.level.rawValue, incident?.id.rawValue, alert.changedAt.milliseconds,
            try RecordText.text(of: alert), try RecordText.text(of: alert.key),
        ]
        if alert.revision == 1 {
            try execute(
                """
                INSERT INTO alerts (revision, state, level, alert, changed_at, record, key) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (key) DO NOTHING
                """, values)
        } else {
            try execute(
                """
                UPDATE alerts SET revision = ?, state = ?, level = ?, alert = ?, changed_at = ?, record = ? WHERE key = ? AND revision = ?
                """, values + [alert.revision - 1])
        }
        guard database.changesCount == 1 else { throw conflict(alert.key.text, expected: alert.revision - 1) }
    }

    private func forget(_ alert: Alert) throws {
        try execute("DELETE FROM alerts WHERE key = ? AND revision = ?", [try RecordText.text(of: alert.key), alert.revision])
        guard database.changesCount == 1 else { throw conflict(alert.key.text, expected: alert.revision) }
    }

    private func conflict(_ key: String, expected: Int) -> LedgerError { .conflict(.alertChanged(key, expected: expected)) }

    private func replace(_ silence: AlertSilence) throws {
        try execute(
            "INSERT OR REPLACE INTO silences (id, pattern, until, author, reason, created_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                silence.id.rawValue, silence.pattern.storable, silence.until.milliseconds, silence.author.storable,
                silence.reason.storable, silence.createdAt.milliseconds, silence.endedAt?.milliseconds,
            ])
    }

    private func insert(_ record: AlertRecord) throws {
        try execute(
            "INSERT INTO alert_events (at, kind, key, job, alert, level, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                record.at.milliseconds, record.kind.rawValue, record.key.map { try RecordText.text(of: $0) }, record.key?.job.storable,
                record.alert?.rawValue, record.level.rawValue, record.detail.storable,
            ])
    }

    /// A channel that was told of a notice, or of a later one of its alert, is not told of it as the fallback of another channel.
    private func insert(_ row: OutboxRow) throws {
        if row.isFallback, try isBehind(row) { return }
        try execute(
            """
            INSERT INTO outbox
              (delivery, alert, channel, sequence, lane, payload, created_at, next_attempt_at, changed_at, tries, state, trouble,
               is_fallback, opens_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                row.notice.delivery.rawValue, row.notice.alert.rawValue, row.channel.storable, row.notice.sequence, row.lane.storable,
                try RecordText.text(of: row.notice), row.createdAt.milliseconds, row.nextAttempt.milliseconds, row.changedAt.milliseconds,
                row.tries, row.state.rawValue, row.trouble?.storable, row.isFallback, row.opensAt?.milliseconds,
            ])
    }

    private func isBehind(_ row: OutboxRow) throws -> Bool {
        let search = try database.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE channel = ? AND alert = ? AND sequence >= ?)")
        let values: [(any DatabaseValueConvertible)?] = [row.channel.storable, row.notice.alert.rawValue, row.notice.sequence]
        return try Bool.fetchOne(search, arguments: StatementArguments(values)) ?? false
    }

    /// Compare-and-set on the tries of a row that waits. What it tells of besides ends as it does.
    private func apply(_ mark: DeliveryMark) throws {
        try execute(
            """
            UPDATE outbox SET state = ?, tries = ?, next_attempt_at = ?, changed_at = ?, trouble = ?
            WHERE delivery = ? AND state = 'waiting' AND tries = ?
            """,
            [
                mark.state.rawValue, mark.triesNow, mark.nextAttempt.milliseconds, mark.at.milliseconds, mark.trouble?.storable,
                mark.delivery.rawValue, mark.tries,
            ])
        guard database.changesCount == 1 else { throw LedgerError.conflict(.deliveryChanged(mark.delivery)) }
        guard mark.state != .waiting else { return }
        try execute(
            "UPDATE outbox SET state = ?, tries = ?, changed_at = ?, trouble = ? WHERE joined = ? AND state = 'joined'",
            [mark.state.rawValue, mark.triesNow, mark.at.milliseconds, mark.trouble?.storable, mark.delivery.rawValue])
    }

    /// Compare-and-set: the row waits, and was never tried.
    private func apply(_ join: DeliveryJoin) throws {
        try execute(
            "UPDATE outbox SET state = 'joined', joined = ?, changed_at = ? WHERE delivery = ? AND state = 'waiting' AND tries = 0",
            [join.leader.rawValue, join.at.milliseconds, join.delivery.rawValue])
        guard database.changesCount == 1 else { throw LedgerError.conflict(.deliveryChanged(join.delivery)) }
    }

    private func execute(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws {
        try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }
}
