import CSQLite
import Testing

/// Another connection that holds a database's write lock.
final class WriteLock {
    private var database: OpaquePointer?

    init(on path: String) throws {
        try #require(sqlite3_open(path, &database) == SQLITE_OK)
        try #require(sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
    }

    func release() {
        sqlite3_exec(database, "ROLLBACK", nil, nil, nil)
        sqlite3_close(database)
        database = nil
    }

    deinit { if database != nil { release() } }
}
