package import CronSchedule
import GRDB
package import SchedulerCore

extension Ledger {
    /// Rows that one call gives, at most; page on with the last row.
    package static let pageBound = 10_000

    /// Runs that have not ended: they wait, go on, or wait for their next attempt; oldest first.
    package func unendedRuns() throws(LedgerError) -> [Run] {
        let words = RunState.allCases.filter { !$0.isEnded }.map(\.rawValue)
        let marks = Self.marks(words.count)
        return try read { database in
            try Row.fetchAll(
                database, sql: "\(Run.selection) WHERE runs.state IN (\(marks)) ORDER BY runs.id", arguments: StatementArguments(words)
            ).map { row throws(LedgerError) in try Run(row) }
        }
    }

    /// The run of this id; nil when there is none.
    package func run(_ id: RunID) throws(LedgerError) -> Run? {
        try read { database in
            try Row.fetchOne(database, sql: "\(Run.selection) WHERE runs.run = ?", arguments: [id.rawValue])
                .map { row throws(LedgerError) in try Run(row) }
        }
    }

    /// Runs whose id begins with `prefix`, at most two: enough to see that a shortened id names one run only.
    package func runs(withPrefix prefix: String) throws(LedgerError) -> [Run] {
        try read { database in
            try Row.fetchAll(
                database, sql: "\(Run.selection) WHERE runs.run >= ?1 AND runs.run < ?1 || 'ZZ' ORDER BY runs.run LIMIT 2",
                arguments: [prefix]
            ).map { row throws(LedgerError) in try Run(row) }
        }
    }

    /// The history, newest claim first.
    /// - Parameters:
    ///   - job: nil for all jobs.
    ///   - limit: rows, at most ``pageBound``.
    ///   - before: the last run of the page before; a run that is gone gives an empty page.
    ///   - states: only runs in one of these; nil for all.
    package func runs(
        job: String?, limit: Int, before: RunID? = nil, states: Set<RunState>? = nil
    ) throws(LedgerError) -> [Run] {
        let limit = max(0, min(limit, Self.pageBound))
        return try read { database in
            var number: Int64?
            if let job {
                number = try Int64.fetchOne(database, sql: "SELECT id FROM jobs WHERE name = ?", arguments: [job])
                guard number != nil else { return [] }
            }
            var bound = Int64.max
            if let before {
                guard let row = try Int64.fetchOne(database, sql: "SELECT id FROM runs WHERE run = ?", arguments: [before.rawValue])
                else { return [] }
                bound = row
            }
            let numbers = try RunSearch(job: number, before: bound, limit: limit).numbers(in: states, database: database)
            guard !numbers.isEmpty else { return [] }
            return try Row.fetchAll(
                database, sql: "\(Run.selection) WHERE runs.id IN (\(Self.marks(numbers.count))) ORDER BY runs.id DESC",
                arguments: StatementArguments(numbers)
            ).map { row throws(LedgerError) in try Run(row) }
        }
    }

    /// The last run of every job, by the job's name. A dry run counts only for a job that has no other.
    package func lastRuns() throws(LedgerError) -> [String: Run] {
        try read { database in
            var runs: [String: Run] = [:]
            let rows = try Row.fetchCursor(database, sql: Run.lastSelection)
            while let row = try rows.next() {
                let run = try Run(row)
                runs[run.job] = run
            }
            return runs
        }
    }

    /// When each of `jobs` last ended well (succeeded, or with a warning), dry runs not counted.
    package func lastSuccess(of jobs: [String]) throws(LedgerError) -> [String: Instant] {
        try instants("last_success_at", of: jobs)
    }

    /// When the newest run of each of `jobs` that started was started first, dry runs not counted.
    package func lastStart(of jobs: [String]) throws(LedgerError) -> [String: Instant] {
        try instants("last_start_at", of: jobs)
    }

    /// The attempts of a run that were recorded, first one first.
    package func attempts(of run: RunID) throws(LedgerError) -> [RunAttempt] {
        try read { database in
            try Row.fetchAll(
                database, sql: "\(RunAttempt.selection) WHERE runs.run = ? ORDER BY attempts.number", arguments: [run.rawValue]
            ).map { row throws(LedgerError) in try RunAttempt(row) }
        }
    }

    private func instants(_ column: String, of jobs: [String]) throws(LedgerError) -> [String: Instant] {
        try read { database in
            let statement = try database.cachedStatement(sql: "SELECT \(column) FROM jobs WHERE name = ?")
            var instants: [String: Instant] = [:]
            for job in jobs {
                let value = try Int64.fetchOne(statement, arguments: [job])
                instants[job] = value.map(Instant.init(milliseconds:))
            }
            return instants
        }
    }

    static func marks(_ count: Int) -> String { repeatElement("?", count: count).joined(separator: ", ") }
}

/// Finds the numbers of runs for a page of history, each search along one index from its newest end.
private struct RunSearch {
    let job: Int64?
    let before: Int64
    let limit: Int

    func numbers(in states: Set<RunState>?, database: Database) throws -> [Int64] {
        guard let states else { return try numbers(state: nil, database: database) }
        // One search a state: with all of them in one, SQLite would sort every row that matches.
        var numbers: [Int64] = []
        for state in states { numbers += try self.numbers(state: state, database: database) }
        return Array(numbers.sorted(by: >).prefix(limit))
    }

    private func numbers(state: RunState?, database: Database) throws -> [Int64] {
        var conditions = ["id < ?"]
        var values: [(any DatabaseValueConvertible)?] = [before]
        if let job {
            conditions.append("job = ?")
            values.append(job)
        }
        if let state {
            conditions.append("state = ?")
            values.append(state.rawValue)
        }
        return try Int64.fetchAll(
            database, sql: "SELECT id FROM runs WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?",
            arguments: StatementArguments(values + [limit]))
    }
}
