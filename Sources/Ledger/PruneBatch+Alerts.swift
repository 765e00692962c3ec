import CronSchedule
import GRDB
import SchedulerCore

extension Ledger {
    /// Results that are kept one by one: so long.
    package static let exactResults = Duration.seconds(24 * 3600)
    /// Older ones become one row for so many milliseconds.
    package static let resultSpan: Int64 = 3_600_000
    /// Rows that are kept of one check.
    package static let resultsPerCheck = 2500
    /// Checks that are kept; those that were reported last stay.
    package static let checkBound = 5000
    /// A check that was not reported for so long goes, with its results.
    package static let checkLifetime = Duration.seconds(90 * 86_400)
    /// Rows of the history of alerts.
    package static let alertEventBound = 50_000
    /// Notices that were told or given up.
    package static let settledNoticeBound = 10_000
    /// Notices that wait; beyond it the oldest go, which no receiver has taken for days then.
    package static let waitingNoticeBound = 50_000
    /// Silences that are over.
    package static let silenceBound = 1000
}

extension PruneBatch {
    /// Rows of checks and alerts that are too many, or too old.
    mutating func pruneAlerts() throws {
        try prune("alert_events", "id <= (SELECT max(id) FROM alert_events) - ?1", [Ledger.alertEventBound])
        try prune(
            "outbox",
            "id <= (SELECT id FROM outbox WHERE \(Self.isSettled) ORDER BY id DESC LIMIT 1 OFFSET ?1) AND \(Self.isSettled)",
            [Ledger.settledNoticeBound])
        try prune(
            "outbox", "id <= (SELECT id FROM outbox WHERE state = 'waiting' ORDER BY id DESC LIMIT 1 OFFSET ?1) AND state = 'waiting'",
            [Ledger.waitingNoticeBound])
        // Their delivery went with the oldest that wait.
        try prune(
            "outbox",
            "state = 'joined' AND NOT EXISTS (SELECT 1 FROM outbox AS leader WHERE leader.delivery = outbox.joined)", [])
        try prune(
            "silences",
            "rowid <= (SELECT rowid FROM silences ORDER BY rowid DESC LIMIT 1 OFFSET ?1) AND (ended_at IS NOT NULL OR until < ?2)",
            [Ledger.silenceBound, now.milliseconds], key: "rowid")
        try prune("channel_rests", "until <= ?1", [now.milliseconds], key: "rowid")
        try pruneChecks()
    }

    private static let isSettled = "state NOT IN ('waiting', 'joined')"

    private mutating func pruneChecks() throws {
        try prune("checks", "last_at < ?1", [now.moved(by: .zero - Ledger.checkLifetime).milliseconds])
        try prune("checks", "last_at < (SELECT last_at FROM checks ORDER BY last_at DESC LIMIT 1 OFFSET ?1)", [Ledger.checkBound])
        // Each check is looked at once an hour at most: from there on its results are one by one.
        let limit = now.moved(by: .zero - Ledger.exactResults).milliseconds / Ledger.resultSpan * Ledger.resultSpan
        while !isFull, let check = try Row.fetchOne(database, sql: Self.unfolded, arguments: [limit]) {
            try fold(check: check[0], from: check[1], to: limit)
        }
    }

    private static let unfolded = "SELECT id, folded_to FROM checks WHERE folded_to < ? ORDER BY folded_to LIMIT 1"

    /// Makes one row of the results of each hour: the newest one, with the mean of the values and the worst level.
    private mutating func fold(check: Int64, from start: Int64, to limit: Int64) throws {
        let oldest = try Int64.fetchOne(
            database, sql: "SELECT min(at) FROM check_results WHERE \"check\" = ? AND at >= ? AND at < ?",
            arguments: [check, start, limit])
        guard let oldest else {
            try prune(
                "check_results",
                "\"check\" = ?1 AND at <= (SELECT at FROM check_results WHERE \"check\" = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)",
                [check, Ledger.resultsPerCheck])
            guard !isFull else { return }
            room -= 1
            try move(check, to: limit)
            return
        }
        let first = oldest / Ledger.resultSpan * Ledger.resultSpan
        let end = first + Ledger.resultSpan
        let range = "\"check\" = ?1 AND at >= ?2 AND at < ?3"
        try database.cachedStatement(
            sql: """
                UPDATE check_results SET
                  value = (SELECT sum(value * count) / sum(count) FROM check_results WHERE \(range) AND value IS NOT NULL),
                  count = (SELECT sum(count) FROM check_results WHERE \(range)),
                  level = (SELECT level FROM check_results WHERE \(range)
                    ORDER BY CASE level WHEN 'critical' THEN 3 WHEN 'warning' THEN 2 WHEN 'unknown' THEN 1 ELSE 0 END DESC LIMIT 1)
                WHERE id = (SELECT max(id) FROM check_results WHERE \(range))
                  AND EXISTS (SELECT 1 FROM check_results WHERE \(range) LIMIT 1 OFFSET 1)
                """
        ).execute(arguments: [check, first, end])
        try database.cachedStatement(
            sql: "DELETE FROM check_results WHERE \(range) AND id < (SELECT max(id) FROM check_results WHERE \(range))"
        ).execute(arguments: [check, first, end])
        progress.alertRows += database.changesCount
        room -= max(1, database.changesCount)
        try move(check, to: end)
    }

    /// Results before this moment are folded.
    private func move(_ check: Int64, to moment: Int64) throws {
        try database.cachedStatement(sql: "UPDATE checks SET folded_to = ? WHERE id = ?").execute(arguments: [moment, check])
    }

    /// The oldest results; the newest of each check stays.
    mutating func deleteResults(limit: Int) throws {
        let sql = """
            DELETE FROM check_results WHERE id IN (
              SELECT id FROM check_results WHERE id NOT IN (SELECT last_result FROM checks WHERE last_result IS NOT NULL) ORDER BY id LIMIT ?)
            """
        progress.alertRows += try delete(sql, [], limit: limit)
    }

    private mutating func prune(
        _ table: String, _ condition: String, _ values: [any DatabaseValueConvertible], key: String = "id"
    ) throws {
        guard !isFull else { return }
        let place = "?\(values.count + 1)"
        progress.alertRows += try delete(
            "DELETE FROM \(table) WHERE \(key) IN (SELECT \(key) FROM \(table) WHERE \(condition) ORDER BY \(key) LIMIT \(place))", values)
    }
}
