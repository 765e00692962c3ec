import CronSchedule
import GRDB

extension Ledger {
    /// What happened to the daemon, newest first.
    /// - Parameters:
    ///   - before: the number of the last event of the page before; nil for the newest.
    ///   - limit: rows, at most ``pageBound``.
    package func events(before: Int64? = nil, limit: Int) throws(LedgerError) -> [LedgerEvent] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT id, at, kind, job, detail FROM events WHERE id < ? ORDER BY id DESC LIMIT ?",
                arguments: [before ?? .max, max(0, min(limit, Self.pageBound))]
            ).map { row throws(LedgerError) in try LedgerEvent(row) }
        }
    }
}

extension LedgerEvent {
    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "events")
        let number = try reader.integer()
        let at = try reader.instant()
        let kind: Kind = try reader.word()
        let job = try reader.optionalText()
        self.init(at: at, kind: kind, job: job, detail: try reader.text())
        self.number = number
    }
}
