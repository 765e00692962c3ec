import ArgumentParser
import Daemon
import Ledger

/// `list`: all jobs, when they run next and how they ran last.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List all jobs: state, schedule, next run, last run.",
        discussion: """
            The state is enabled, disabled, paused, or error: then the file has errors,
            and a daemon goes on with the last good definition; the next run is by that.

            EXAMPLES:
              acore-sched list
              acore-sched list --json | jq -r 'select(.last_run.state == "failed").job'

            EXIT CODES: 0 listed, 1 failed, 2 usage, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Print one JSON object a job.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let book = try JobBook(global)
            let last = try book.records.read { ledger throws(LedgerError) in try ledger.lastRuns() } ?? [:]
            let jobs = try book.entries().map { try JobSummary($0, last: last[$0.name], now: book.now) }
            if json { return jobs.forEach { Console.print(JSONText.line($0.json)) } }
            guard !jobs.isEmpty else {
                return Console.print(
                    "no job files in \(book.site.locations.jobsDirectory): put one there, or name another folder with --jobs-dir")
            }
            if let problem = book.lastGoodProblem { Console.complain("warning: \(problem)") }
            Console.print(JobSummary.table(jobs, now: book.now).shown)
            if book.daemon == nil {
                Console.complain(
                    "note: no daemon runs with \(book.site.locations.stateDirectory); nothing starts on its own until one does")
            }
        }
    }
}
