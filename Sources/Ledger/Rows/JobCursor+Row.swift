import CronSchedule
import GRDB
import JobKit
import SchedulerCore

extension JobCursor {
    static let columns = [
        "accounted_to", "era", "jitter_ms", "jitter_span_ms", "fixed_floor", "boot_served", "paused_until", "silent_reason",
        "timetable",
    ]

    static let selection =
        "SELECT jobs.name AS job, " + columns.map { "cursors." + $0 }.joined(separator: ", ")
        + " FROM cursors JOIN jobs ON jobs.id = cursors.job"

    static let replacement = replacement(rows: 1)

    /// Writes so many rows, each of the job's number and ``values()``.
    static func replacement(rows: Int) -> String {
        "INSERT INTO cursors (job, \(columns.joined(separator: ", "))) VALUES "
            + LedgerTransaction.places(rows: rows, columns: 1 + columns.count) + " ON CONFLICT (job) DO UPDATE SET "
            + columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    }

    func values() -> [(any DatabaseValueConvertible)?] {
        [
            accountedTo.milliseconds, era, jitter.wholeMilliseconds, jitterSpan.wholeMilliseconds, fixedFloor?.milliseconds, bootServed,
            pausedUntil?.milliseconds, silentReason?.rawValue, timetable,
        ]
    }

    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "cursors")
        let job = try reader.text()
        let accountedTo = try reader.instant()
        let era = try reader.number()
        let jitter = try reader.duration()
        self.init(job: job, now: accountedTo, era: era, jitter: jitter, jitterSpan: try reader.duration())
        fixedFloor = try reader.optionalInstant()
        bootServed = try reader.optionalText()
        pausedUntil = try reader.optionalInstant()
        silentReason = try reader.optionalWord()
        timetable = try reader.optionalText()
    }
}
