import GRDB
package import SchedulerCore

extension Ledger {
    /// The newest result of every check, in the order of their keys.
    /// - Parameter job: nil for all jobs.
    package func newestChecks(job: String? = nil) throws(LedgerError) -> [CheckResult] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(CheckResult.selection) FROM checks CROSS JOIN check_results ON check_results.id = checks.last_result
                    WHERE ?1 IS NULL OR checks.job = ?1 ORDER BY checks.job, checks.name, checks.target LIMIT \(Self.pageBound)
                    """,
                arguments: [job]
            ).map { row throws(LedgerError) in try CheckResult(row) }
        }
    }

    /// The kept results of a check, oldest first.
    /// - Parameter limit: the newest so many.
    package func checkResults(of key: AlertKey, limit: Int) throws(LedgerError) -> [CheckResult] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(CheckResult.selection) FROM checks CROSS JOIN check_results ON check_results."check" = checks.id
                    WHERE checks.job = ? AND checks.name = ? AND checks.target = ? ORDER BY check_results.at DESC, check_results.id DESC
                    LIMIT ?
                    """,
                arguments: [key.job, key.name, key.target ?? "", max(0, min(limit, Self.pageBound))]
            ).map { row throws(LedgerError) in try CheckResult(row) }.reversed()
        }
    }
}
