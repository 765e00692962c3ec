import CronSchedule
import Foundation
import GRDB
import SchedulerCore

extension CheckResult {
    static let columns = ["at", "run", "level", "value", "unit", "warning", "critical", "window_s", "reason", "inputs", "count"]

    static let insertion =
        "INSERT INTO check_results (\"check\", \(columns.joined(separator: ", "))) VALUES (?"
        + String(repeating: ", ?", count: columns.count) + ")"

    /// What ``init(_:)`` reads; to be followed by joins and conditions.
    static let selection =
        "SELECT checks.job, checks.name, checks.target, " + columns.map { "check_results." + $0 }.joined(separator: ", ")

    /// Bytes of all inputs of a result that are kept.
    static let inputsBound = 4000

    func values() throws -> [(any DatabaseValueConvertible)?] {
        let text = inputs.isEmpty ? nil : try RecordText.text(of: inputs)
        // Half of a JSON text is none.
        let kept = text.flatMap { $0.utf8.count <= Self.inputsBound ? $0 : nil }
        return [
            at.milliseconds, run.rawValue, level.rawValue, value, unit?.storable, warning, critical, windowSeconds, reason?.storable, kept,
            count,
        ]
    }

    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "check_results")
        let job = try reader.text()
        let name = try reader.text()
        let target = try reader.text()
        let at = try reader.instant()
        let run: RunID = try reader.word()
        let level: AlertLevel = try reader.word()
        self.init(
            key: AlertKey(job: job, check: name, target: target.isEmpty ? nil : target), at: at, run: run, level: level)
        value = try reader.optionalReal()
        unit = try reader.optionalText()
        warning = try reader.optionalReal()
        critical = try reader.optionalReal()
        windowSeconds = try reader.optionalReal()
        reason = try reader.optionalText()
        if let text = try reader.optionalText() {
            inputs = try RecordText.value([String: String].self, from: text) { reader.refusal($0) }
        }
        count = try reader.number()
    }
}
