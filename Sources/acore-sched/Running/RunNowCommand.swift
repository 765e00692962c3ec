import ArgumentParser
import ControlClient
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
            The daemon carries the run out, if one is there; else this command does, and a
            daemon that starts meanwhile takes it over. The run is recorded like any other.
            There is one attempt: retry: is for runs that come due.

            --set takes text as it is; a setting that holds several values takes [a, b] or
            {a: 1} in YAML, in which ${NAME} stands for itself.

            Ctrl-C on a terminal asks whether to cancel the run or to leave it running.

            EXAMPLES:
              acore-sched run-now backup-full
              acore-sched run-now backup-full --detach
              acore-sched run-now backup-full --set compression_level=9
              acore-sched run-now report --set 'argv=[/usr/local/bin/report, --all]'
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

    @Flag(name: .long, help: "Do not watch: print the run's id and end. Needs a daemon.")
    var detach = false

    func run() async throws {
        try await reportingErrors {
            let line = DaemonLine(global)
            let isOpen = try line.isOpen()
            guard isOpen || !detach else { throw ControlClient.unreachable(line.client.socketPath) }
            let ended = isOpen ? try await runByDaemon(line.client) : try await runDirectly()
            guard let ended else { return }
            Console.print(json ? RunReport(ended).json : RunReport(ended).line)
            throw ExitStatus(ended.state)
        }
    }

    /// - Returns: the run as it ended; nil when nobody watches.
    private func runByDaemon(_ client: ControlClient) async throws -> Run? {
        try await RemoteRun.watching(isQuiet: json) {
            let run = try await RemoteRun(of: job, RunRequest(settings: settings, dryRun: dryRun), client: client)
            guard detach else { return run }
            Console.print(json ? JSONText.line(run.run) : run.run.run)
            return nil
        }
    }

    private func runDirectly() async throws -> Run {
        let site = try Site(locations: global.locations)
        let (definition, others) = try JobLookup(site: site).definition(of: job, changing: settings)
        let direct = try DirectRun(site: site, log: Logger(label: "run-now") { _ in ConsoleLogHandler() }, version: Release.version)
        do {
            let ended = try await run(definition, beside: others, by: direct)
            await direct.finishHeartbeats()
            return ended
        } catch {
            await direct.finishHeartbeats()
            throw error
        }
    }

    private func run(_ definition: JobDefinition, beside others: [JobDefinition], by direct: DirectRun) async throws -> Run {
        let request = StopRequest { run in Task { try await direct.stop(run) } }
        let interrupt = Interrupt {
            request.ask()
        } leave: {
            request.leave()
        }
        let started = try direct.start(definition, beside: others, dryRun: dryRun, changes: settings)
        request.begin(with: started.run)
        var printer = RunPrinter(isQuiet: json)
        try await printer.follow(started.follower, of: started.run)
        let ended = try await direct.finish(started, definition: definition)
        interrupt.end()
        return ended
    }
}
