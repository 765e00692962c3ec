import ArgumentParser

/// `cron`: tries expressions without a job file.
struct CronCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron",
        abstract: "Try cron expressions: next moments, meaning, warnings.",
        discussion: """
            EXAMPLES:
              acore-sched cron next '30 2 * * *' --timezone Europe/Berlin --count 3
              acore-sched cron next '0 0 L * *' --explain
              echo '{"id":1,"expr":"@daily","tz":"UTC"}' | acore-sched cron batch

            EXIT CODES: 0 succeeded, 1 failed, 2 usage or invalid expression
            """,
        subcommands: [CronNextCommand.self, CronBatchCommand.self])
}
