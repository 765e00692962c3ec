import ArgumentParser
import ControlClient

/// `reload`: reads the job files anew.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Read the job files anew and say what changed.",
        discussion: """
            The daemon does so by itself when a file changes; this waits until it is done.
            A file with an error leaves its job as it was; a new one is no job until it is
            corrected. Runs that go on are left alone.

            EXAMPLES:
              acore-sched plan && acore-sched reload

            EXIT CODES: 0 done, 1 failed, 2 files with errors, 5 refused, 6 no daemon
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let report: ReloadMessage = try await DaemonLine(global).client.ask("POST", "/v1/reload", patience: .seconds(600))
            if json {
                Console.print(JSONText.line(report))
            } else {
                report.findings.forEach { Console.complain($0) }
                for (words, jobs) in [("added", report.added), ("changed", report.changed), ("removed", report.removed)] where !jobs.isEmpty
                {
                    Console.print("\(words): \(jobs.joined(separator: ", "))")
                }
                if !report.broken.isEmpty {
                    Console.print("kept as before, with errors in the file: \(report.broken.joined(separator: ", "))")
                }
                if !report.refused.isEmpty { Console.print("no job, with errors in the file: \(report.refused.joined(separator: ", "))") }
                Console.print("unchanged: \(report.unchanged)")
            }
            if !report.broken.isEmpty || !report.refused.isEmpty { throw ExitStatus.usage }
        }
    }
}
