import CSQLite

/// Another process's transaction on a ledger: nobody else writes meanwhile.
final class LockedLedger {
    private var database: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
            throw Overdue(description: "no ledger at \(path)")
        }
        sqlite3_busy_timeout(database, 10_000)
        guard sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK else {
            throw Overdue(description: "cannot lock \(path): \(String(cString: sqlite3_errmsg(database)))")
        }
    }

    /// Lets others write again.
    func release() {
        sqlite3_close_v2(database)
        database = nil
    }

    deinit { release() }
}
