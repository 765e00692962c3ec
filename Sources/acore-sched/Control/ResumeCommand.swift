import ArgumentParser
import ControlClient

/// `resume JOB`: ends a pause.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "End the pause of a job.",
        discussion: """
            Slots of the pause are not made up for. A job that is not paused stays as it is.

            EXAMPLES:
              acore-sched resume backup-full

            EXIT CODES: 0 resumed, 2 usage, 4 no such job, 5 refused, 6 no daemon
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The job's name.", completion: .jobNames)
    var job: String
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let _: Nothing = try await DaemonLine(global).client.ask("POST", "/v1/jobs/\(job.pathPart)/resume")
            if json { return Console.print(JSONText.line(PauseJSON(job: job, pausedUntil: nil))) }
            Console.print("\(job) is resumed")
        }
    }
}
