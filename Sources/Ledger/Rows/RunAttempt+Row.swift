import CronSchedule
import GRDB
import SchedulerCore

extension RunAttempt {
    static let columns = ["started_at", "ended_at", "state"] + RunEnding.columns

    static let selection =
        "SELECT runs.run, attempts.number, " + columns.map { "attempts." + $0 }.joined(separator: ", ")
        + " FROM attempts JOIN runs ON runs.id = attempts.run"

    static let replacement =
        "INSERT OR REPLACE INTO attempts (run, number, \(columns.joined(separator: ", "))) VALUES (?, ?"
        + String(repeating: ", ?", count: columns.count) + ")"

    func values() throws -> [(any DatabaseValueConvertible)?] {
        [startedAt.milliseconds, endedAt?.milliseconds, state.rawValue] + (try RunEnding.values(of: ending))
    }

    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "attempts")
        let run: RunID = try reader.word()
        let number = try reader.number()
        self.init(run: run, number: number, startedAt: try reader.instant())
        endedAt = try reader.optionalInstant()
        state = try reader.word()
        ending = try RunEnding.read(from: &reader)
    }
}
