import ArgumentParser
import ControlClient
import CronSchedule
import Daemon
import JobKit
import Ledger
import SchedulerCore

/// `health`: the newest result of every check.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Print the newest result of every check, with what its values were before.",
        discussion: """
            Any job may report checks; the newest result of each is shown. One that is
            older than the rhythm of its job (two slots have passed, and the time that
            a run may take) is stale and counts as unknown. Those of jobs that have no
            slots count for two days. TREND shows the kept values, oldest first, from
            the least to the greatest of them.

            --watch draws the table anew until Ctrl-C, which is exit code 0; where
            there is no terminal it prints a table, or with --json the objects that
            are new, each time that there are new results. --explain is the verb
            explain of the kind health: it looks now, by itself, and shows each
            number with its inputs and its rule.

            EXAMPLES:
              acore-sched health
              acore-sched health --watch --interval 10s
              acore-sched health --job health --json
              acore-sched health --explain disk_space
              acore-sched health explain disk_space memory_usage --json
              acore-sched health --nagios          one line for monitoring systems

            EXIT CODES: 0 all is well, 1 something is critical (or failed), 2 usage,
            3 a warning, something unknown or stale, or nothing was checked, 4 no such
            job, 5 refused; with --nagios 0 ok, 1 warning, 2 critical, 3 unknown, also
            for what it cannot understand
            """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Only checks of this job.", completion: .jobNames)
    var job: String?
    @Flag(name: .long, help: "Print one JSON object a check.")
    var json = false
    @Flag(name: .long, help: "Print one line with performance data, as monitoring plugins do.")
    var nagios = false
    @Flag(name: .long, help: "Show it anew until Ctrl-C.")
    var watch = false
    @Option(name: .long, help: ArgumentHelp("With --watch: so long between two looks.", valueName: "span"))
    var interval = "2s"
    @Option(name: .long, help: ArgumentHelp("Look now, and show what this check's numbers are made of.", valueName: "check"))
    var explain: String?

    private static let intervals = Duration.milliseconds(100)...Duration.seconds(3600)

    func validate() throws {
        guard !json || !nagios else { throw ValidationError("--json and --nagios exclude each other") }
        guard !watch || !nagios else { throw ValidationError("--watch and --nagios exclude each other") }
        guard Duration(settingText: interval).map(Self.intervals.contains) ?? false else {
            throw ValidationError("--interval is no span from 100ms to 1h: \(EventText.harmless(interval)); write for example 10s")
        }
    }

    /// `health --explain CHECK …` in the words of the kind's verb, `health explain CHECK …`; other words as they are.
    static func asVerb(_ words: [String]) -> [String] {
        guard words.first == configuration.commandName else { return words }
        let option = "--explain"
        let options = words.prefix { $0 != "--" }
        guard let place = options.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") }) else { return words }
        let value = words[place].dropFirst(option.count + 1)
        var rest = Array(words.dropFirst())
        rest.replaceSubrange(place - 1..<place, with: value.isEmpty ? [] : [String(value)])
        return [words[0], "explain"] + rest
    }

    func run() async throws {
        if nagios { return try await runAsPlugin() }
        try await reportingErrors {
            if watch, let interval = Duration(settingText: interval) {
                return try await HealthWatch(global: global, job: job, json: json, interval: interval).run()
            }
            let report = try HealthReport(global, job: job)
            if json { report.rows.forEach { Console.print(JSONText.line(CheckJSON($0))) } } else { Console.print(report.text) }
            if let status = report.exitStatus { throw status }
        }
    }

    private func runAsPlugin() async throws {
        try await Self.reportingAsPlugin {
            let report = try HealthReport(global, job: job)
            Console.print(report.pluginLine)
            switch report.overall {
            case .ok: break
            case .warning: throw ExitStatus.failed
            case .critical: throw ExitStatus.usage
            case .unknown: throw ExitStatus.warning
            }
        }
    }
}

/// Whoever runs plugins takes any status but 3 for a state of what is checked.
extension HealthCommand {
    /// Whether a command line, understood or not, asks for the answer of a plugin.
    static func isPlugin(_ words: [String]) -> Bool {
        words.first == configuration.commandName && words.prefix { $0 != "--" }.contains("--nagios")
    }

    /// Runs `body`; an error of ours is an answer.
    static func reportingAsPlugin(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as DaemonError {
            throw unknown(because: error.problem)
        } catch let failure as ControlFailure {
            throw unknown(because: failure.problem)
        }
    }

    /// Prints the answer of a plugin that cannot tell.
    static func unknown(because problem: String) -> ExitStatus {
        Console.print("HEALTH UNKNOWN - \(EventText.harmless(problem.replacing("|", with: "/")))")
        return .warning
    }
}
