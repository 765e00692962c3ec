import ArgumentParser
import Daemon

/// `explain JOB [--at TIME]`: why it ran, or did not.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a job ran, or did not: at one moment, or as it stands now.",
        discussion: """
            With --at: one sentence about that moment, past or future, then the facts it
            rests on with their sources: the timetable, rows of the ledger, events of the
            daemon. What cannot be known is said, never guessed. Without --at: the
            schedule in words, what decides whether it runs, and how it went.

            EXAMPLES:
              acore-sched explain backup-full
              acore-sched explain backup-full --at 2027-03-28T02:30:00+01:00
              acore-sched explain backup-full --at 8h
              acore-sched explain backup-full --at 2027-03-28T02:30:00Z --json

            EXIT CODES: 0 answered, 1 failed, 2 usage, 4 no such job, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The job's name; one without a file that has a history will do.", completion: .jobNames)
    var job: String
    @Option(name: .long, help: ArgumentHelp("The moment (ISO 8601 with offset), or a span before now such as 8h.", valueName: "moment"))
    var at: GivenMoment?
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let gathering = try FactGathering(book: try JobBook(global), job: job)
            if let at {
                let page = try MomentPage(gathering, moment: at)
                Console.print(json ? page.json : page.text(colour: Console.usesColour))
            } else {
                let page = try StandingPage(gathering)
                Console.print(json ? page.json : page.text(colour: Console.usesColour))
            }
        }
    }
}
