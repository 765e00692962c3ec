import ArgumentParser

/// `alerts`: who is told of what.
struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Try the ways by which people are told.",
        discussion: """
            EXAMPLES:
              acore-sched alerts test ops
            """,
        subcommands: [AlertsTestCommand.self])
}
