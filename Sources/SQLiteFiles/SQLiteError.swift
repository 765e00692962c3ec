import CSQLite

/// Why SQLite did not do what it was asked.
package enum SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The library's own words, with what was being done, and its extended result code; 0 where the reason is not the library's.
    case library(operation: String, reason: String, code: Int32 = 0)
    /// The path led to another file than the one that was meant.
    case replaced
    /// The caller asked to stop.
    case stopped

    /// One line without an end.
    package var description: String {
        switch self {
        case .library(let operation, let reason, _): "SQLite cannot \(operation): \(reason)"
        case .replaced: "it was replaced by another file meanwhile"
        case .stopped: "it was stopped"
        }
    }

    /// What lies behind an error, for those who judge it.
    package enum Cause: Sendable, Hashable {
        /// Another connection has the lock.
        case busy
        /// The content contradicts itself, or is no database.
        case damaged
        /// The file, or one beside it, may not be opened, or would have to be made.
        case cannotOpen
        case stopped
        case other
    }

    package var cause: Cause {
        switch self {
        case .replaced: .other
        case .stopped: .stopped
        case .library(_, _, let code):
            switch code & 0xff {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .cannotOpen
            case _: .other
            }
        }
    }
}
