import ArgumentParser
import Daemon
import JobFiles

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
              acore-sched daemon --log-format json
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How log lines are written: auto, text, json, journal (default: what the daemon's file says, else auto).",
            valueName: "format"))
    var logFormat: DaemonSettings.LogFormat?
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await reportingErrors {
            let program = DaemonProgram(locations: global.locations, version: Release.version, logFormat: logFormat)
            try await program.run(announce: Self.announce)
        }
    }

    /// A line for whoever started the daemon; that nobody took it is no matter of how the daemon ends.
    private static func announce(_ line: String) {
        guard !CronOutput().send(Array((line + "\n").utf8), countsLoss: false) else { return }
        Console.complain("warning: standard output did not take what the daemon says of itself")
    }
}
