import CronSchedule
import GRDB
import SchedulerCore

/// The steps of one transaction; it remembers the numbers of the jobs it met.
struct LedgerTransaction {
    private let database: Database
    private var jobNumbers: [String: Int64] = [:]

    init(_ database: Database) { self.database = database }

    mutating func apply(_ changes: LedgerChanges) throws {
        for run in changes.runs { try insert(run) }
        for (run, state) in changes.moves where try !move(run, from: state) {
            throw LedgerError.conflict(.runMoved(run.id, expected: state, found: try self.state(of: run.id)))
        }
        for occurrence in changes.occurrences { try claim(occurrence) }
        for lapse in changes.lapses { try correct(lapse) }
        try replace(changes.cursors)
        for attempt in changes.attempts { try replace(attempt) }
        for event in changes.events { try insert(event) }
        if let clock = changes.clock { try replace(clock) }
        try AlertTransaction(database: database).apply(changes.alerts)
    }

    mutating func insert(_ run: Run) throws {
        let job = try number(ofJob: run.job)
        do {
            try execute(Run.insertion, [run.id.rawValue, job] + run.values())
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw LedgerError.conflict(.runExists(run.id))
        }
        try note(run, number: database.lastInsertedRowID, job: job, isNew: true)
    }

    /// - Returns: false when the run is not in `state`; nothing changed then.
    mutating func move(_ run: Run, from state: RunState) throws -> Bool {
        try execute(Run.change, run.values() + [run.id.rawValue, state.rawValue])
        guard database.changesCount == 1 else { return false }
        let statement = try database.cachedStatement(sql: "SELECT id FROM runs WHERE run = ?")
        guard let number = try Int64.fetchOne(statement, arguments: [run.id.rawValue]) else { return false }
        try note(run, number: number, job: self.number(ofJob: run.job), isNew: false)
        return true
    }

    mutating func claim(_ occurrence: Occurrence) throws {
        let job = try number(ofJob: occurrence.job)
        try execute(Occurrence.claim, [job] + occurrence.values())
        guard database.changesCount == 1 else {
            throw LedgerError.conflict(.slotTaken(job: occurrence.job, slot: occurrence.slot, era: occurrence.era))
        }
    }

    /// A row that retention took meanwhile is not missed; one that names another run, or a run that started, stays.
    mutating func correct(_ lapse: LapsedClaim) throws {
        let job = try number(ofJob: lapse.job)
        try execute(LapsedClaim.correction, lapse.values() + [job, lapse.slot.databaseValue, lapse.run.rawValue])
    }

    /// A start brings a cursor for each job. A statement costs more than its row then, so that rows are written many at a time.
    mutating func replace(_ cursors: [JobCursor]) throws {
        var rest = cursors[...]
        while rest.count >= Self.rowsAtOnce {
            try replace(many: rest.prefix(Self.rowsAtOnce))
            rest = rest.dropFirst(Self.rowsAtOnce)
        }
        for cursor in rest { try replace(cursor) }
    }

    /// - Parameter cursors: ``rowsAtOnce`` of them.
    private mutating func replace(many cursors: ArraySlice<JobCursor>) throws {
        let jobs = cursors.map(\.job)
        if jobs.contains(where: { jobNumbers[$0] == nil }) { try meet(many: jobs) }
        let numbers = try jobs.map { job in try number(ofJob: job) }
        var values: [(any DatabaseValueConvertible)?] = []
        for (number, cursor) in zip(numbers, cursors) { values += [number] + cursor.values() }
        try execute(Self.replacementOfMany, values)
        try execute(Self.returnOfMany, numbers)
    }

    /// Learns the numbers of jobs, which have one from now on.
    private mutating func meet(many jobs: [String]) throws {
        try execute(Self.jobsOfMany, jobs)
        let search = try database.cachedStatement(sql: Self.searchOfMany)
        let found = try Row.fetchCursor(search, arguments: StatementArguments(jobs))
        while let row = try found.next() { jobNumbers[row[0]] = row[1] }
    }

    private mutating func replace(_ cursor: JobCursor) throws {
        let job = try number(ofJob: cursor.job)
        try execute(JobCursor.replacement, [job] + cursor.values())
        try execute("UPDATE jobs SET forgotten_at = NULL WHERE id = ? AND forgotten_at IS NOT NULL", [job])
    }

    func replace(_ attempt: RunAttempt) throws {
        let statement = try database.cachedStatement(sql: "SELECT id FROM runs WHERE run = ?")
        guard let run = try Int64.fetchOne(statement, arguments: [attempt.run.rawValue]) else {
            throw LedgerError.conflict(.unknownRun(attempt.run))
        }
        try execute(RunAttempt.replacement, [run, attempt.number] + attempt.values())
    }

    func insert(_ event: LedgerEvent) throws {
        try execute(
            "INSERT INTO events (at, kind, job, detail) VALUES (?, ?, ?, ?)",
            [event.at.milliseconds, event.kind.rawValue, event.job, event.detail.storable])
    }

    func replace(_ clock: ClockRecord) throws {
        try execute(
            "INSERT OR REPLACE INTO clock (id, era, last_seen, boot_id) VALUES (1, ?, ?, ?)",
            [clock.era, clock.lastSeen.milliseconds, clock.bootID])
    }

    /// Keeps what `list` and `after:` ask for at the job itself. A dry run is nobody's success and starts nothing.
    private func note(_ run: Run, number: Int64, job: Int64, isNew: Bool) throws {
        if isNew {
            try execute("UPDATE jobs SET last_run = ? WHERE id = ? AND (? = 0 OR last_run IS NULL)", [number, job, run.dryRun])
        }
        guard !run.dryRun else { return }
        if let startedAt = run.startedAt {
            try execute(
                "UPDATE jobs SET last_start_run = ?1, last_start_at = ?2 WHERE id = ?3 AND ifnull(last_start_run, 0) < ?1",
                [number, startedAt.milliseconds, job])
        }
        if run.state.isSuccess, let endedAt = run.endedAt {
            try execute(
                "UPDATE jobs SET last_success_run = ?, last_success_at = ? WHERE id = ?", [number, endedAt.milliseconds, job])
        }
    }

    private func state(of run: RunID) throws -> RunState? {
        let word = try String.fetchOne(database, sql: "SELECT state FROM runs WHERE run = ?", arguments: [run.rawValue])
        return word.flatMap(RunState.init(rawValue:))
    }

    private mutating func number(ofJob name: String) throws -> Int64 {
        if let number = jobNumbers[name] { return number }
        let search = try database.cachedStatement(sql: "SELECT id FROM jobs WHERE name = ?")
        var number = try Int64.fetchOne(search, arguments: [name])
        if number == nil {
            try execute("INSERT INTO jobs (name) VALUES (?)", [name])
            number = database.lastInsertedRowID
        }
        jobNumbers[name] = number
        return number ?? database.lastInsertedRowID
    }

    /// Rows of one statement, where many are to be written.
    private static let rowsAtOnce = 64
    private static let replacementOfMany = JobCursor.replacement(rows: rowsAtOnce)
    private static let jobsOfMany = "INSERT INTO jobs (name) VALUES \(places(rows: rowsAtOnce, columns: 1)) ON CONFLICT (name) DO NOTHING"
    private static let searchOfMany = "SELECT name, id FROM jobs WHERE name IN \(places(rows: 1, columns: rowsAtOnce))"
    private static let returnOfMany =
        "UPDATE jobs SET forgotten_at = NULL WHERE forgotten_at IS NOT NULL AND id IN \(places(rows: 1, columns: rowsAtOnce))"

    /// `(?, ?), (?, ?)`: places for the values of rows.
    static func places(rows: Int, columns: Int) -> String {
        let row = "(" + Array(repeating: "?", count: columns).joined(separator: ", ") + ")"
        return Array(repeating: row, count: rows).joined(separator: ", ")
    }

    private func execute(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws {
        try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }
}

extension RunState {
    /// Whether `after:` counts it: the work was done, a warning names what to look at.
    fileprivate var isSuccess: Bool {
        switch self {
        case .succeeded, .warning: true
        case .due, .starting, .running, .failed, .timedOut, .cancelled, .interrupted, .retrying: false
        }
    }
}
