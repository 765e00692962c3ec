package import SchedulerCore

extension Ledger {
    /// Writes `changes` in one transaction that is on the disk when the call returns.
    ///
    /// A run that is not in the state it is moved from, a slot with a final row and a run id that exists roll all of it
    /// back and throw ``LedgerError/conflict(_:)``.
    package func commit(_ changes: LedgerChanges) throws(LedgerError) {
        guard !changes.isEmpty else { return }
        try write { database in
            var transaction = LedgerTransaction(database)
            try transaction.apply(changes)
        }
    }

    /// Writes the whole row of `run` if it is in `state`.
    /// - Returns: false when it is in another state or does not exist; nothing changed then.
    package func move(_ run: Run, from state: RunState) throws(LedgerError) -> Bool {
        try write { database in
            var transaction = LedgerTransaction(database)
            return try transaction.move(run, from: state)
        }
    }
}
