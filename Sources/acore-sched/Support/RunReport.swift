import ControlClient
import CronSchedule
import JobKit
import SchedulerCore

/// A run as one line, and as JSON.
struct RunReport {
    private let run: Run

    init(_ run: Run) { self.run = run }

    /// For people: `succeeded  backup-full  01J…  in 2.1 s: full point …`.
    var line: String {
        let time = run.duration.map { " in \($0.words)" } ?? ""
        let fix = run.ending?.fix.map { "\n  fix: \(EventText.harmless($0))" } ?? ""
        return "\(run.state.rawValue) \(run.job) (run \(run.id))\(time): \(EventText.harmless(run.ending?.summary ?? ""))\(fix)"
    }

    /// One JSON object; keys are documented in docs/command-line.md.
    var json: String { JSONText.line(RunJSON(run)) }
}

extension Run {
    /// From the first start to the end.
    var duration: Duration? {
        guard let startedAt, let endedAt else { return nil }
        return .milliseconds(endedAt.milliseconds - startedAt.milliseconds)
    }
}

extension Duration {
    /// For people: `12 ms`, `2.1 s`, `3m20s`.
    var words: String {
        let milliseconds = wholeMilliseconds
        if milliseconds < 1000 { return "\(max(0, milliseconds)) ms" }
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return Duration.milliseconds(milliseconds / 1000 * 1000).settingText
    }
}
