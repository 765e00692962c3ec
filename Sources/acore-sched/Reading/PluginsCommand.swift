import ArgumentParser

/// `plugins`: the kinds of jobs that there are.
struct PluginsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "List the kinds of jobs, show the settings of one, or begin one of your own.",
        discussion: """
            EXAMPLES:
              acore-sched plugins list
              acore-sched plugins show backup
              acore-sched plugins new thumbnails --language python
            """,
        subcommands: [PluginsListCommand.self, PluginsShowCommand.self, PluginsNewCommand.self])
}
