package import Ledger

extension DaemonError {
    /// A ledger that cannot be opened, read or written.
    package init(_ error: LedgerError) {
        let category: Category =
            switch error {
            case .notPermitted, .readOnly: .refused
            case .locked: .busy
            case .missing, .noDirectory, .diskFull, .damaged, .newer, .older, .inputOutput, .unreadable, .conflict, .openedForReading,
                .closed:
                .failed
            }
        self.init(error.problem, fix: error.fix, category: category)
    }
}
