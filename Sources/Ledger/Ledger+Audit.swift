import CronSchedule
import GRDB

extension Ledger {
    /// Rows of the audit that are kept, at most; the oldest go first.
    package static let auditBound = 100_000
    /// Bytes of a row's texts, each: they come from callers.
    package static let auditTextBound = 400

    /// Writes an entry before its act.
    /// - Returns: its number, for ``finishAudit(_:result:)``.
    package func beginAudit(_ entry: AuditEntry) throws(LedgerError) -> Int64 {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO audit (at, uid, gid, pid, user, role, verb, object, detail, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.at.milliseconds, Int64(entry.uid), Int64(entry.gid), Int64(entry.pid), entry.user?.storable, entry.role,
                    entry.verb.storable, entry.object?.cut.storable, entry.detail.cut.storable, entry.result?.cut.storable,
                ])
            return database.lastInsertedRowID
        }
    }

    /// Says what came of an act.
    package func finishAudit(_ number: Int64, result: String) throws(LedgerError) {
        try write { database in
            try database.execute(sql: "UPDATE audit SET result = ? WHERE id = ?", arguments: [result.cut.storable, number])
        }
    }

    /// Who asked for what, newest first.
    /// - Parameters:
    ///   - before: the number of the last entry of the page before; nil for the newest.
    ///   - limit: rows, at most ``pageBound``.
    package func audit(before: Int64? = nil, limit: Int) throws(LedgerError) -> [AuditEntry] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, at, uid, gid, pid, user, role, verb, object, detail, result FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?
                    """,
                arguments: [before ?? .max, max(0, min(limit, Self.pageBound))]
            ).map { row throws(LedgerError) in try AuditEntry(row) }
        }
    }
}

extension AuditEntry {
    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "audit")
        let number = try reader.integer()
        let at = try reader.instant()
        let uid = UInt32(truncatingIfNeeded: try reader.integer())
        let gid = UInt32(truncatingIfNeeded: try reader.integer())
        let pid = Int32(truncatingIfNeeded: try reader.integer())
        let user = try reader.optionalText()
        let role = try reader.optionalText()
        let verb = try reader.text()
        let object = try reader.optionalText()
        let detail = try reader.text()
        self.init(
            at: at, uid: uid, gid: gid, pid: pid, user: user, role: role, verb: verb, object: object, detail: detail,
            result: try reader.optionalText())
        self.number = number
    }
}

extension String {
    /// The text, or as much of it as a row takes.
    fileprivate var cut: String {
        utf8.count <= Ledger.auditTextBound ? self : String(decoding: utf8.prefix(Ledger.auditTextBound), as: UTF8.self) + "…"
    }
}
