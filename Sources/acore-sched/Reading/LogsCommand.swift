import ArgumentParser
import Daemon
import Runner
import SchedulerCore

/// `logs RUN`: what a run wrote.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what a run wrote, in the order of time.",
        discussion: """
            RUN is the beginning of a run's id, or a job's name for its last run. Lines of
            standard error are marked. Lines of a plugin carry no time and stay in their
            own order.

            EXAMPLES:
              acore-sched logs backup-full
              acore-sched logs 01JZ5X --stderr
              acore-sched logs backup-full --follow
              acore-sched logs backup-full --json | jq 'select(.t == "artifact")'

            EXIT CODES: 0 printed, 1 failed, 2 usage, 4 no such run, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The beginning of a run's id, or a job's name.", completion: .jobNames)
    var run: String
    @Flag(name: [.long, .short], help: "Go on until the run has ended.")
    var follow = false
    @Flag(name: .customLong("stderr"), help: "Only what went to standard error.")
    var onlyErrors = false
    @Flag(name: .long, help: "Print the lines as JSON objects.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let book = try JobBook(global)
            let run = try RunLookup(book: book).run(run)
            var printer = try LogPrinter(book: book, run: run.id, onlyErrors: onlyErrors, json: json, waits: follow)
            try printer.printAll()
            guard follow else { return }
            let ended = try await printer.follow()
            if !json { Console.print(RunReport(ended).line) }
        }
    }
}
