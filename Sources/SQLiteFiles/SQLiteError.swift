/// Why SQLite did not do what it was asked.
package enum SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The library's own words, with what was being done.
    case library(operation: String, reason: String)
    /// The path led to another file than the one that was meant.
    case replaced
    /// The caller asked to stop.
    case stopped

    /// One line without an end.
    package var description: String {
        switch self {
        case .library(let operation, let reason): "SQLite cannot \(operation): \(reason)"
        case .replaced: "it was replaced by another file meanwhile"
        case .stopped: "it was stopped"
        }
    }
}
