import Daemon
import Ledger

/// The ledger as a reader sees it: beside a running daemon or without one, and also when nothing has run yet.
struct Records {
    private let ledger: Ledger?

    /// - Throws: when there is a ledger that cannot be read; a missing one is an installation where nothing has run yet.
    init(stateDirectory: String) throws(DaemonError) {
        do throws(LedgerError) {
            ledger = try Ledger.openForReading(in: stateDirectory)
        } catch .missing, .noDirectory {
            ledger = nil
        } catch {
            throw DaemonError(error)
        }
    }

    /// Whether there is no ledger yet.
    var isMissing: Bool { ledger == nil }

    /// - Returns: nil when there is no ledger yet.
    func read<Value>(_ body: (Ledger) throws(LedgerError) -> Value) throws(DaemonError) -> Value? {
        guard let ledger else { return nil }
        do throws(LedgerError) {
            return try body(ledger)
        } catch {
            throw DaemonError(error)
        }
    }
}
