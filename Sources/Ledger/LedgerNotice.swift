/// What opening the ledger had to do, for one line to the operator and an event row.
package enum LedgerNotice: Sendable, Hashable, CustomStringConvertible {
    /// There was none.
    case created(path: String)
    /// The old one could not be trusted; it lies at `path`, and a new one was started that counts from now.
    case setAside(path: String, reason: String)
    /// It was brought from one schema to another.
    case migrated(from: String, to: String)

    package var description: String {
        switch self {
        case .created(let path): "started a new ledger at \(path)"
        case .setAside(let path, let reason):
            "the ledger was damaged (\(reason)); it was set aside as \(path), and a new one counts from now; "
                + "to keep the history, stop the daemon and restore a backup of the ledger"
        case .migrated(let from, let to): "brought the ledger from schema \(from) to \(to)"
        }
    }

    /// Whether the operator has to know: history was lost from sight.
    package var isTrouble: Bool {
        switch self {
        case .setAside: true
        case .created, .migrated: false
        }
    }
}
