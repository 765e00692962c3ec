import JobKit
import SchedulerCore

/// The section `alerts`, which job files and the daemon's file share.
enum AlertKeys {
    private static let spans = Duration.zero...Duration.seconds(366 * 86_400)

    /// Reads the keys that both have.
    static func settings(in keys: inout SettingsSection) -> AlertSettings {
        var settings = AlertSettings()
        settings.duration = keys.optionalDuration(
            "for", in: spans, help: "So long a check has to be bad before it is an alert. Default: 0s.")
        settings.results = keys.optionalInteger(
            "results", in: 1...1000, help: "So many results in a row have to be bad. With for: both hold. Default: 1.")
        settings.unknown = keys.optionalDuration(
            "unknown_for", in: spans, help: "So long a check may be unknown before it is an alert. Default: 15m.")
        settings.clear = keys.optionalDuration(
            "clear", in: spans, help: "So long a check has to be good before its alert ends. Default: 0s.")
        settings.clearResults = keys.optionalInteger(
            "clear_results", in: 1...1000, help: "So many results in a row have to be good. Default: 1.")
        settings.reminder = keys.optionalDuration(
            "reminder", in: spans, help: "After so long an alert that goes on is told again; 0s for never. Default: 4h.")
        settings.late = keys.optionalDuration("late", in: spans, help: "A start so long after its slot is late. Default: 5m.")
        return settings
    }

    /// The section of a job file.
    static func section(in section: inout SettingsSection) -> AlertSettings {
        section.section("alerts", help: "When results of checks, and runs, become alerts.") { keys in
            var settings = settings(in: &keys)
            settings.slow = keys.optionalDuration(
                "slow", in: .seconds(1)...spans.upperBound, help: "A run that goes on for so long is slow, when notify.on has slow.")
            settings.unit = keys.optionalText(
                "unit", help: "The systemd unit that the job is about: while it is being maintained, the job's alerts are held back.")
            settings.parents = keys.textList(
                "parents", orSingle: true,
                help: "Keys of alerts (JOB/CHECK/TARGET, * for any text): while one of them fires, those of this job are held back.")
            return settings
        } ?? AlertSettings()
    }
}
