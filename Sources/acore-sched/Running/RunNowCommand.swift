import ArgumentParser
import CronSchedule
import Daemon
import Foundation
import Glibc
import JobFiles
import JobKit
import Logging
import SchedulerCore

/// `run-now`: runs one job at once, watching it.
struct RunNowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-now",
        abstract: "Run a job at once and watch it; the exit status is the run's outcome.",
        discussion: """
            The run is recorded like any other. There is one attempt: retry: is for runs that nobody watches.

            EXAMPLES:
              acore-sched run-now backup-full
              acore-sched run-now backup-full --set compression_level=9
              acore-sched run-now backup-full --dry-run
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The job's name: its file's name without .yaml.", completion: .jobNames)
    var job: String
    @Option(
        name: .customLong("set"), help: ArgumentHelp("Use another value for a setting below with:, for this run.", valueName: "name=value"))
    var settings: [String] = []
    @Flag(name: .long, help: "Plan and report, change nothing.")
    var dryRun = false
    @Flag(name: .long, help: "Print the run's row as one JSON object at the end, instead of a line.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let site = try Site(locations: global.locations)
            let (definition, others) = try JobLookup(site: site).definition(of: job, changing: settings)
            let direct = try DirectRun(site: site, log: Logger(label: "run-now") { _ in ConsoleLogHandler() })
            // Installed before the claim: a signal in between is kept and carried out once there is a run to stop.
            let request = StopRequest { run in Task { try await direct.stop(run) } }
            let interrupt = Interrupt { request.ask() }
            let started = try direct.start(definition, beside: others, dryRun: dryRun)
            request.begin(with: started.run)
            try await RunPrinter(run: started.run, isQuiet: json).follow(started.follower)
            let ended = try await direct.finish(started, definition: definition)
            interrupt.end()
            Console.print(json ? RunReport(ended).json : RunReport(ended).line)
            throw ExitStatus(ended.state)
        }
    }
}
