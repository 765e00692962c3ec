package import CronSchedule

extension Ledger {
    /// Opens the ledger of a state directory for writing, makes one when there is none, and brings an older one up to date.
    ///
    /// The caller holds the lock of the state directory. Header and schema are checked here; ``integrityCheck()`` reads
    /// everything, later. A ledger that cannot be trusted is set aside, never overwritten: damage that shows while a ledger is
    /// in use makes the next opening do so. Nothing is set aside for a full disk, missing rights, an I/O error or a
    /// lock: these are thrown.
    package static func open(in stateDirectory: String, now: Instant) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        try LedgerOpening(files: LedgerFiles(directory: stateDirectory)).openForWriting(now: now)
    }

    /// Opens the ledger for reading, also beside a running daemon. A missing, damaged, older or newer one is an error.
    package static func openForReading(in stateDirectory: String) throws(LedgerError) -> Ledger {
        try LedgerOpening(files: LedgerFiles(directory: stateDirectory)).openForReading()
    }

    /// Sets a ledger aside that turned out to be damaged after it was opened, and makes a new one; the old one must be closed.
    package static func replace(
        in stateDirectory: String, now: Instant, because reason: String
    ) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        try LedgerOpening(files: LedgerFiles(directory: stateDirectory)).replace(now: now, reason: reason)
    }

    /// Moves a ledger that ``integrityCheck()`` found damaged out of the way; it must be closed.
    /// - Returns: where it lies now.
    package static func setAside(in stateDirectory: String, now: Instant) throws(LedgerError) -> String {
        try LedgerFiles(directory: stateDirectory).setAside(now: now)
    }
}
