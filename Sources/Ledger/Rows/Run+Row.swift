import CronSchedule
import GRDB
import SchedulerCore

extension Run {
    /// The columns after `run` and `job`, in the order of ``values()``.
    static let columns =
        [
            "kind", "\"trigger\"", "state", "attempt", "slot", "claimed_at", "due_at", "started_at", "ended_at", "retry_at", "dry_run",
        ] + RunEnding.columns

    private static let selected = "SELECT runs.run, jobs.name AS job, " + columns.map { "runs." + $0 }.joined(separator: ", ")

    /// What ``init(_:)`` reads; to be followed by conditions.
    static let selection = selected + " FROM runs JOIN jobs ON jobs.id = runs.job"

    /// The last run of every job. SQLite keeps the order of a cross join: a million runs are not to be read for a thousand jobs.
    static let lastSelection = selected + " FROM jobs CROSS JOIN runs ON runs.id = jobs.last_run"

    static let insertion =
        "INSERT INTO runs (run, job, \(columns.joined(separator: ", "))) VALUES (?, ?"
        + String(repeating: ", ?", count: columns.count) + ")"

    static let change = "UPDATE runs SET \(columns.map { $0 + " = ?" }.joined(separator: ", ")) WHERE run = ? AND state = ?"

    func values() throws -> [(any DatabaseValueConvertible)?] {
        [
            kind, trigger.rawValue, state.rawValue, attempt, slot?.databaseValue, claimedAt.milliseconds, dueAt.milliseconds,
            startedAt?.milliseconds, endedAt?.milliseconds, retryAt?.milliseconds, dryRun,
        ] + (try RunEnding.values(of: ending))
    }

    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "runs")
        let id: RunID = try reader.word()
        let job = try reader.text()
        let kind = try reader.text()
        let trigger: Trigger = try reader.word()
        let state: RunState = try reader.word()
        let attempt = try reader.number()
        let slot = try reader.optionalSlot()
        let claimedAt = try reader.instant()
        let dueAt = try reader.instant()
        self.init(id: id, job: job, kind: kind, trigger: trigger, slot: slot, claimedAt: claimedAt, dueAt: dueAt)
        self.state = state
        self.attempt = attempt
        startedAt = try reader.optionalInstant()
        endedAt = try reader.optionalInstant()
        retryAt = try reader.optionalInstant()
        dryRun = try reader.flag()
        ending = try RunEnding.read(from: &reader)
    }
}
