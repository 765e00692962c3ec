import ArgumentParser

/// `plugins`: the kinds of jobs that there are.
struct PluginsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "List the kinds of jobs, or show the settings of one.",
        discussion: """
            EXAMPLES:
              acore-sched plugins list
              acore-sched plugins show backup
            """,
        subcommands: [PluginsListCommand.self, PluginsShowCommand.self])
}
