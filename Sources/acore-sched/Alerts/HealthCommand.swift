import ArgumentParser
import CronSchedule
import Daemon
import Ledger
import SchedulerCore

/// `health`: the newest result of every check.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Print the newest result of every check, with what its values were before.",
        discussion: """
            Any job may report checks; those of the last two days are shown. TREND shows the
            kept values, oldest first, from the least to the greatest of them.

            EXAMPLES:
              acore-sched health
              acore-sched health --job health --json
              acore-sched health --nagios          one line for monitoring systems

            EXIT CODES: 0 all is well, 1 something is critical (or failed), 2 usage,
            3 a warning, something unknown, or nothing was checked, 5 refused;
            with --nagios 0 ok, 1 warning, 2 critical, 3 unknown
            """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Only checks of this job.", completion: .jobNames)
    var job: String?
    @Flag(name: .long, help: "Print one JSON object a check.")
    var json = false
    @Flag(name: .long, help: "Print one line with performance data, as monitoring plugins do.")
    var nagios = false

    func validate() throws {
        guard !json || !nagios else { throw ValidationError("--json and --nagios exclude each other") }
    }

    func run() async throws {
        if nagios { return try await runAsPlugin() }
        try await reportingErrors {
            let report = try HealthReport(AlertLedger(global), job: job)
            if json { report.rows.forEach { Console.print(JSONText.line(CheckJSON($0))) } } else { Console.print(report.text) }
            if let status = report.exitStatus { throw status }
        }
    }

    /// Whoever runs plugins takes any other status for a state of what is checked.
    private func runAsPlugin() async throws {
        let report: HealthReport
        do throws(DaemonError) {
            report = try HealthReport(AlertLedger(global), job: job)
        } catch {
            Console.print("HEALTH UNKNOWN - \(EventText.harmless(error.problem))")
            throw ExitStatus.warning
        }
        Console.print(report.pluginLine)
        switch report.overall {
        case .ok: break
        case .warning: throw ExitStatus.failed
        case .critical: throw ExitStatus.usage
        case .unknown: throw ExitStatus.warning
        }
    }
}
