import ArgumentParser
import CronSchedule
import Daemon
import SchedulerCore

/// `history [JOB]`: what ran, and what became of each slot.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print what ran and how it ended, or with --slots what became of each due slot.",
        discussion: """
            Newest first. STATE is one of due, starting, running, succeeded, warning,
            failed, timed_out, cancelled, interrupted, retrying. With --slots each due
            moment is accounted for: ran, caught_up, skipped or missed, with the reason;
            slots of a time in which nobody looked share a row. LATE is from the due moment
            to the start, or to the decision when nothing started.

            EXAMPLES:
              acore-sched history
              acore-sched history backup-full --state failed --state timed_out --since 7d
              acore-sched history backup-full --slots --since 2027-03-28T00:00:00+01:00
              acore-sched history --json --limit 1000

            EXIT CODES: 0 printed, 1 failed, 2 usage, 4 no such job, 5 refused
            """)

    /// Most rows that one call prints.
    static let maximumLimit = 100_000

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Only this job.", completion: .jobNames)
    var job: String?
    @Option(name: .long, help: "How many rows, 1 to 100000.")
    var limit = 20
    @Option(
        name: .long,
        help: ArgumentHelp("Only runs in this state; may be repeated.", valueName: "state"),
        completion: .list(RunState.allCases.map(\.rawValue)))
    var state: [RunState] = []
    @Option(name: .long, help: ArgumentHelp("Only from this moment on: ISO 8601 with offset, or 7d for seven days.", valueName: "moment"))
    var since: GivenMoment?
    @Flag(name: .long, help: "What became of each due slot, instead of runs.")
    var slots = false
    @Flag(name: .long, help: "Print one JSON object a row.")
    var json = false

    func validate() throws {
        guard (1...Self.maximumLimit).contains(limit) else { throw ValidationError("--limit must be from 1 to \(Self.maximumLimit)") }
        guard !slots || state.isEmpty else { throw ValidationError("--state is about runs; leave it out with --slots") }
    }

    func run() async throws {
        try await reportingErrors {
            let book = try JobBook(global)
            let history = History(book: book, since: try since?.instant(at: book.now), limit: limit)
            if let job { try history.require(job) }
            if slots {
                let rows = try history.occurrences(of: job)
                if rows.isEmpty, !json, since == nil, let words = try job.flatMap(history.silence) { return Console.print(words) }
                try show(rows, of: history) { rows throws(DaemonError) in
                    try OccurrenceTable(book: book, hasJob: job == nil).text(rows)
                }
            } else {
                let runs = try history.runs(of: job, in: state.isEmpty ? nil : Set(state))
                try show(runs, of: history) { runs throws(DaemonError) in try RunTable(book: book, hasJob: job == nil).text(runs) }
            }
        }
    }

    private func show<Row: HistoryRow>(_ rows: [Row], of history: History, as text: ([Row]) throws(DaemonError) -> String) throws {
        if json { return rows.forEach { Console.print($0.jsonLine) } }
        guard rows.isEmpty else { return Console.print(try text(rows)) }
        if history.book.records.isMissing {
            Console.print(
                "nothing has run yet: there is no ledger in \(history.book.site.locations.stateDirectory); "
                    + "acore-sched run-now JOB runs a job at once, acore-sched daemon all of them on time")
        } else if state.isEmpty, since == nil {
            Console.print(
                slots ? "no slot of \(job ?? "any job") has come due yet" : job.map { "\($0) has not run yet" } ?? "nothing has run yet")
        } else {
            Console.print("nothing in the history matches")
        }
    }
}
