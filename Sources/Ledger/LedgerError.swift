import CronSchedule
package import SchedulerCore

/// Why the ledger could not be opened, read or written: what happened, where, and what to do.
package enum LedgerError: Error, Sendable, Hashable {
    /// There is no ledger to read.
    case missing(path: String)
    /// The folder for a new file does not exist.
    case noDirectory(path: String)
    /// The file system has no room; the transaction left nothing behind.
    case diskFull(path: String)
    /// The file, its folder or the file system cannot be written.
    case readOnly(path: String)
    /// This user may not open the file or its folder.
    case notPermitted(path: String)
    /// SQLite cannot trust what the file holds.
    case damaged(path: String, reason: String)
    /// Another process holds a lock for longer than ``Ledger/busyTimeout``.
    case locked(path: String)
    /// A newer program has written it.
    case newer(path: String, found: String, known: String)
    /// An older program has written it, and this one may only read.
    case older(path: String, found: String, known: String)
    /// The operating system refused a read or a write.
    case inputOutput(path: String, reason: String)
    /// A row holds a word or a type that this program does not know.
    case unreadable(table: String, column: String, value: String)
    /// A transaction was rolled back because something is not as its author believed.
    case conflict(Conflict)
    /// This ledger was opened for reading.
    case openedForReading(path: String)
    /// This ledger was closed.
    case closed(path: String)

    /// Whether SQLite cannot trust the file: then it is set aside, by the next start at the latest.
    package var isDamage: Bool {
        if case .damaged = self { true } else { false }
    }

    /// What stood in the way of a transaction.
    package enum Conflict: Sendable, Hashable {
        /// The slot has a row that is not waiting any more.
        case slotTaken(job: String, slot: Slot, era: Int)
        /// A run of this id exists.
        case runExists(RunID)
        /// The run is in another state; `found` is nil when there is no such run.
        case runMoved(RunID, expected: RunState, found: RunState?)
        /// An attempt names a run that does not exist.
        case unknownRun(RunID)
        /// The row of a key is not at the revision that was expected.
        case alertChanged(String, expected: Int)
        /// A notice does not wait any more, or was tried by somebody else.
        case deliveryChanged(RunID)
    }
}

extension LedgerError: CustomStringConvertible {
    package var description: String { "\(problem); fix: \(fix)" }

    /// What happened and where.
    package var problem: String {
        switch self {
        case .missing(let path): "there is no ledger at \(path)"
        case .noDirectory(let path): "the directory \(path) does not exist"
        case .diskFull(let path): "no room on the file system of \(path)"
        case .readOnly(let path): "cannot write \(path): it, its folder or its file system is read-only"
        case .notPermitted(let path): "cannot open \(path): permission denied"
        case .damaged(let path, let reason): "the ledger \(path) is damaged: \(reason)"
        case .locked(let path): "the ledger \(path) is locked by another process"
        case .newer(let path, let found, let known):
            "the ledger \(path) was written by a newer acore-sched (schema \(found), this program knows up to \(known))"
        case .older(let path, let found, let known):
            "the ledger \(path) was written by an older acore-sched (schema \(found), this program reads \(known))"
        case .inputOutput(let path, let reason): "cannot read or write \(path): \(reason)"
        case .unreadable(let table, let column, let value):
            "\(table).\(column) in the ledger holds \(value), which this program does not know"
        case .conflict(let conflict): conflict.problem
        case .openedForReading(let path): "the ledger \(path) was opened for reading only"
        case .closed(let path): "the ledger \(path) is closed"
        }
    }

    /// What to do about it.
    package var fix: String {
        switch self {
        case .missing: "name the daemon's state directory with --state-dir, or start the daemon once"
        case .noDirectory: "make it (a state directory with mode 0700, owned by the daemon's user), or name another"
        case .diskFull: "make room there, or set history: limits in the job files; nothing was written by halves"
        case .readOnly: "make the state directory writable for the daemon's user, or name another with --state-dir"
        case .notPermitted: "run this as the daemon's user, or correct owner and mode (0600) of the file"
        case .damaged: "restart the daemon: it sets the file aside and starts a new ledger; restore a backup of it to keep the history"
        case .locked: "end the program that holds it (fuser shows it), then try again"
        case .newer: "install that version again; the file was not touched"
        case .older: "start the daemon of this version once: it brings the ledger up to date"
        case .inputOutput: "look for disk errors in the kernel's log (journalctl -k)"
        case .unreadable: "use the version of acore-sched that wrote it, or correct the row with sqlite3"
        case .conflict: "read the ledger anew and decide again"
        case .openedForReading: "write through the daemon"
        case .closed: "open it anew"
        }
    }
}

extension LedgerError.Conflict {
    fileprivate var problem: String {
        switch self {
        case .slotTaken(let job, let slot, let era):
            "the slot \(slot.text) of \(job) (era \(era)) has its row already"
        case .runExists(let run): "there is a run \(run) already"
        case .runMoved(let run, let expected, let found?): "the run \(run) is \(found.rawValue), not \(expected.rawValue)"
        case .runMoved(let run, let expected, nil): "there is no run \(run) that could be \(expected.rawValue)"
        case .unknownRun(let run): "there is no run \(run)"
        case .alertChanged(let key, let expected): "the alert of \(key) is not at its revision \(expected)"
        case .deliveryChanged(let delivery): "the notice \(delivery) was told or tried by somebody else"
        }
    }
}

extension Slot {
    fileprivate var text: String {
        switch self {
        case .instant(let instant): instant.description
        case .boot(let id): "boot \(id)"
        }
    }
}
