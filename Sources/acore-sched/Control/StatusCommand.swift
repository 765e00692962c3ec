import ArgumentParser
import ControlClient
import CronSchedule

/// `status`: what the daemon does just now.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say whether a daemon runs, what it does, and what is due next.",
        discussion: """
            EXAMPLES:
              acore-sched status
              acore-sched status --probe       for containers: nothing but the exit code

            EXIT CODES: 0 it works, 1 it runs and starts nothing (the reason is said),
            5 refused, 6 no daemon
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Print nothing; the exit code says it.")
    var probe = false
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        do {
            let status: StatusMessage = try await DaemonLine(global).client.ask("GET", "/v1/status", patience: .seconds(10))
            if !probe { Console.print(json ? JSONText.line(status) : text(status)) }
            if status.trouble != nil { throw ExitStatus.failed }
        } catch let failure as ControlFailure {
            if !probe { Console.complain("error: \(failure)") }
            throw ExitStatus(failure.category)
        }
    }

    private func text(_ status: StatusMessage) -> String {
        let now = Moment.now
        let kinds = [
            status.disabled > 0 ? "\(status.disabled) disabled" : "", status.paused > 0 ? "\(status.paused) paused" : "",
            named(status.broken, "with errors in the file"), named(status.refused, "with errors in the file and no job"),
        ].filter { !$0.isEmpty }
        var lines = [
            "acore-sched \(status.version), process \(status.pid), started \(distance(status.startedAt, now))",
            "  jobs    \(status.jobs)\(kinds.isEmpty ? "" : " (\(kinds.joined(separator: "; ")))") from \(status.jobsDirectory)",
            "  state   \(status.stateDirectory)\(status.era > 0 ? ", era \(status.era): the clock was set back" : "")",
            "  next    \(status.nextDue.map { "\($0), \(distance($0, now))" } ?? "nothing is due")",
        ]
        if let listener = status.listener {
            lines.append("  listens \(listener.address)\(listener.trouble.map { ": NOT JUST NOW, \($0)" } ?? "")")
        }
        if let trouble = status.trouble { lines.append("  TROUBLE \(trouble)") }
        lines.append(status.runs.isEmpty ? "  runs    none" : "  runs")
        lines += status.runs.map { "    \($0.run)  \($0.job)  \($0.state) \(distance($0.since, now))" }
        return lines.map(EventText.harmless).joined(separator: "\n")
    }

    private func named(_ names: [String], _ what: String) -> String {
        names.isEmpty ? "" : "\(names.count) \(what): \(names.joined(separator: ", "))"
    }

    private func distance(_ text: String, _ now: Instant) -> String {
        Instant(iso8601: text).map { LocalTime.distance(to: $0, from: now) } ?? text
    }
}
