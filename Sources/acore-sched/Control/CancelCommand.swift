import ArgumentParser
import ControlClient

/// `cancel RUN`: ends a run.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Ask a run to stop; one that waits ends at once.",
        discussion: """
            RUN is the beginning of a run's id, or the name of a job of which one run
            goes on. Its processes get TERM, and after the job's grace KILL. There is no
            further attempt.

            EXAMPLES:
              acore-sched cancel backup-full
              acore-sched cancel 01JZ5X --wait

            EXIT CODES: 0 asked (with --wait: it has ended), 2 usage, 4 no such run,
            5 refused, 6 no daemon, 7 it has ended already
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The beginning of a run's id, or a job's name.", completion: .jobNames)
    var run: String
    @Flag(name: .long, help: "Wait until it has ended.")
    var wait = false
    @Flag(name: .long, help: "Print the run's row as one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let client = DaemonLine(global).client
            let id = try await OpenRunLookup(client: client).run(run)
            var row: RunJSON = try await client.ask("POST", "/v1/runs/\(id)/cancel")
            if wait { row = try await client.ask("GET", "/v1/runs/\(id)/end", patience: nil) }
            if json { return Console.print(JSONText.line(row)) }
            Console.print(wait ? "run \(id) of \(row.job) has ended: \(row.state)" : "run \(id) of \(row.job) is asked to stop")
        }
    }
}
