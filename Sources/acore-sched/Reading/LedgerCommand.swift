import ArgumentParser

/// `ledger`: the record of everything, as a file.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Copy the record of all runs and slots.",
        discussion: """
            EXAMPLES:
              acore-sched ledger backup /backup/ledger.sqlite
            """,
        subcommands: [LedgerBackupCommand.self])
}
