import ArgumentParser

/// `alerts`: what is not as it should be, and who is told.
struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Show what is not as it should be, and say who is to be told of it.",
        discussion: """
            EXAMPLES:
              acore-sched alerts list
              acore-sched alerts ack backup-full/failure
              acore-sched alerts silence "health/*" --for 2h --reason "new disk"
              acore-sched alerts test ops
            """,
        subcommands: [
            AlertsListCommand.self, AlertsShowCommand.self, AlertsAckCommand.self, AlertsSilenceCommand.self, AlertsUnsilenceCommand.self,
            AlertsTestCommand.self, AlertsHistoryCommand.self,
        ])
}
