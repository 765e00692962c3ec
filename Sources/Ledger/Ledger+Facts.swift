import GRDB
package import SchedulerCore

/// What requests tell of other runs.
extension Ledger {
    /// Of each job the newest run that has ended, dry runs not counted.
    package func lastEnded(of jobs: [String]) throws(LedgerError) -> [String: Run] {
        try newest(of: jobs, where: "runs.ended_at IS NOT NULL")
    }

    /// Of each job the newest run whose result has a number of at least 1 under this name, dry runs not counted.
    package func last(withNumber name: String, of jobs: [String]) throws(LedgerError) -> [String: Run] {
        try newest(of: jobs, where: "runs.numbers IS NOT NULL AND json_extract(runs.numbers, ?2) >= 1", "$.\(name)")
    }

    /// A search goes back along the index of a job's runs, so that it ends at the first one that fits.
    private func newest(of jobs: [String], where condition: String, _ argument: String? = nil) throws(LedgerError) -> [String: Run] {
        try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    \(Run.selection) WHERE runs.job = (SELECT id FROM jobs WHERE name = ?1) AND NOT runs.dry_run AND \(condition)
                     ORDER BY runs.id DESC LIMIT 1
                    """)
            var runs: [String: Run] = [:]
            for job in jobs {
                let row = try Row.fetchOne(statement, arguments: argument.map { [job, $0] } ?? [job])
                if let row { runs[job] = try Run(row) }
            }
            return runs
        }
    }
}
