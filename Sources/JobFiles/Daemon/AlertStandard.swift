import JobKit
package import SchedulerCore

/// The section `alerts` of the daemon's file: what holds for all jobs, and who is told.
package struct AlertStandard: Sendable, Hashable {
    package var settings = AlertSettings()
    package var channels: [String] = []
    package var criticalChannels: [String] = []
    /// Channels that are told of several alerts in one notice.
    package var folded: [String] = []

    package init() {}

    /// Reads the section.
    static func read(in section: inout SettingsSection) -> AlertStandard {
        section.section("alerts", help: "What becomes an alert, and who is told of it.") { keys in
            var standard = AlertStandard()
            standard.channels = keys.textList(
                "to", of: .name, orSingle: true, help: "Channels that are told of alerts of jobs whose file names none.")
            standard.criticalChannels = keys.textList(
                "critical_to", of: .name, orSingle: true, help: "Channels that are told of critical ones instead.")
            standard.folded = keys.textList(
                "fold", of: .name, orSingle: true,
                help: "Channels that get one notice for all alerts of a job that begin, or end, together.")
            standard.settings = AlertKeys.settings(in: &keys)
            return standard
        } ?? AlertStandard()
    }

    /// Nobody is told through these.
    func without(_ off: Set<String>) -> AlertStandard {
        var standard = self
        standard.channels.removeAll(where: off.contains)
        standard.criticalChannels.removeAll(where: off.contains)
        standard.folded.removeAll(where: off.contains)
        return standard
    }

    /// What names channels that the file does not have.
    func strangers(among names: [String]) -> [Finding] {
        [("to", channels), ("critical_to", criticalChannels), ("fold", folded)].flatMap { key, named in
            named.filter { !names.contains($0) }.map { name in
                let nearest = Suggestion.nearest(to: name, among: names)
                return Finding(
                    .error, at: ["alerts", key], problem: "alerts.\(key) names no channel: \(name)",
                    fix: nearest.map { "did you mean \($0)?" } ?? "name an entry of channels, or add one of that name")
            }
        }
    }
}
