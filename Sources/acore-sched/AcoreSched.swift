import ArgumentParser
import CLinux
import Glibc

/// The command line.
@main
struct AcoreSched: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acore-sched",
        abstract: "Run jobs on time, and know afterwards what ran, what did not, and why.",
        discussion: """
            EXAMPLES:
              acore-sched validate                     check every job file
              acore-sched list                         all jobs, their next and last runs
              acore-sched run-now backup-full          run a job at once, watching it
              acore-sched daemon                       run jobs as they come due
              acore-sched history backup-full          what happened
              acore-sched explain backup-full --at 8h  why it ran then, or did not
              acore-sched KIND --help                  the verbs of a kind

            EXIT CODES: 0 succeeded, 1 failed, 2 usage or invalid file, 3 warning,
            4 not found, 5 refused, 6 daemon not reachable, 7 busy or conflict,
            8 cancelled or timed out
            """,
        version: Release.version,
        subcommands: [
            DaemonCommand.self, RunNowCommand.self, ListCommand.self, ShowCommand.self, NextCommand.self, HistoryCommand.self,
            ExplainCommand.self, LogsCommand.self, CancelCommand.self, PauseCommand.self, ResumeCommand.self, PlanCommand.self,
            ReloadCommand.self,
            HealthCommand.self, AlertsCommand.self, StatusCommand.self, AuditCommand.self, ValidateCommand.self, SchemaCommand.self,
            PluginsCommand.self, LedgerCommand.self,
            CronCommand.self, CompletionsCommand.self, ReleaseCgroupsCommand.self,
        ])

    /// Parses and runs; what cannot be understood ends with status 2.
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        // Before there is a second thread, which would get a heap of its own.
        linux_share_two_heaps()
        DaemonAnswer.endWithItsReader()
        let words = Array(CommandLine.arguments.dropFirst())
        let isPlugin = HealthCommand.isPlugin(words)
        do {
            var command = try parsed(HealthCommand.asVerb(words))
            try await answer(by: relay(for: command), to: words, asPlugin: isPlugin)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            OutputLoss.exit(ExitStatus.succeeded.code)
        } catch let status as ExitStatus {
            OutputLoss.exit(status.code)
        } catch {
            end(with: error, asPlugin: isPlugin)
        }
    }

    private static func relay(for command: any ParsableCommand) -> Relay? { (command as? any ReadingCommand).map { Relay($0.global) } }

    /// Ends the program with the daemon's answer where only the daemon can give one.
    private static func answer(by relay: Relay?, to words: [String], asPlugin: Bool) async throws {
        guard let relay else { return }
        let answer = {
            guard try relay.isNeeded() else { return }
            OutputLoss.exit(try await relay.answer(words))
        }
        if asPlugin { try await HealthCommand.reportingAsPlugin(answer) } else { try await reportingErrors(answer) }
    }

    /// A verb of ours, else one of a kind: kinds are looked at for no word of ours.
    private static func parsed(_ words: [String]) throws -> any ParsableCommand {
        VerbCommand.isMeant(words, by: configuration) ? try VerbCommand.parse(words) : try parseAsRoot(words)
    }

    private static func end(with error: any Error, asPlugin: Bool) -> Never {
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        if !text.isEmpty { code.isSuccess ? Console.print(text) : Console.complain(text) }
        if asPlugin, !code.isSuccess { OutputLoss.exit(HealthCommand.unknown(because: message(for: error)).code) }
        OutputLoss.exit(code == .validationFailure ? ExitStatus.usage.code : code.rawValue)
    }
}
