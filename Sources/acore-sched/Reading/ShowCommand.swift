import ArgumentParser
import Daemon

/// `show JOB`: everything about one job.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about a job: definition, meaning of its schedule, next and last runs.",
        discussion: """
            Every key is shown with its value; (default) marks those that hold without a
            line in the file. Values of settings and variables whose names look like a
            secret are shown as ***.

            EXAMPLES:
              acore-sched show backup-full
              acore-sched show backup-full --json | jq .definition

            EXIT CODES: 0 shown, 1 failed, 2 usage or a file with errors, 4 no such job, 5
            refused
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The job's name: its file's name without .yaml.", completion: .jobNames)
    var job: String
    @Option(name: .long, help: ArgumentHelp("Next runs after this moment (ISO 8601 with offset); default: now.", valueName: "moment"))
    var from: GivenMoment?
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let book = try JobBook(global)
            let report = try JobPage(book: book, job: job, from: try from?.instant(at: book.now))
            Console.print(json ? report.json : report.text(colour: Console.usesColour))
        }
    }
}
