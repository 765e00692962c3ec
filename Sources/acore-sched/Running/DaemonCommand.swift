import ArgumentParser
import Daemon

/// `daemon`: runs jobs as they come due.
struct DaemonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Run jobs as they come due, until TERM or INT.",
        discussion: """
            Runs go on when the daemon stops: the next one watches them again.

            EXAMPLES:
              acore-sched daemon
              acore-sched daemon --jobs-dir jobs.d --state-dir /tmp/try-it
            """)

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await reportingErrors {
            try await DaemonProgram(locations: global.locations, version: Release.version).run(announce: Console.print)
        }
    }
}
