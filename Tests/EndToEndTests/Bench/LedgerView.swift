import CSQLite
import Foundation

/// The ledger from outside, through SQLite alone.
struct LedgerView {
    let path: String

    /// Rows as texts; NULL is "-". A ledger that is not there yet has no rows.
    func rows(_ query: String) throws -> [[String]] {
        guard Files.exists(path) else { return [] }
        return try Self.execute(query, at: path, flags: SQLITE_OPEN_READONLY)
    }

    /// The first column.
    func column(_ query: String) throws -> [String] { try rows(query).compactMap(\.first) }

    /// One number; 0 when there is no row.
    func number(_ query: String) throws -> Int { try column(query).first.flatMap { Int($0) } ?? 0 }

    /// Changes the ledger while nobody else has it: what a long downtime leaves behind.
    func edit(_ statement: String) throws { _ = try Self.execute(statement, at: path, flags: SQLITE_OPEN_READWRITE) }

    private static func execute(_ query: String, at path: String, flags: Int32) throws -> [[String]] {
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        guard sqlite3_open_v2(path, &database, flags, nil) == SQLITE_OK else { throw failure(database, query) }
        sqlite3_busy_timeout(database, 10_000)
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let prepared = sqlite3_prepare_v2(database, query, -1, &statement, nil)
        // A database that another process is making has no tables yet.
        if prepared == SQLITE_ERROR, String(cString: sqlite3_errmsg(database)).hasPrefix("no such table") { return [] }
        guard prepared == SQLITE_OK else { throw failure(database, query) }
        var rows: [[String]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows.append(
                    (0..<sqlite3_column_count(statement)).map { column in
                        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "-"
                    })
            case SQLITE_DONE: return rows
            default: throw failure(database, query)
            }
        }
    }

    private static func failure(_ database: OpaquePointer?, _ query: String) -> Overdue {
        Overdue(description: "\(String(cString: sqlite3_errmsg(database))) in \(query)")
    }
}
