import JobKit
package import SchedulerCore

/// The section `alerts` of the daemon's file: what holds for all jobs, and who is told.
package struct AlertStandard: Sendable, Hashable {
    package var settings = AlertSettings()
    package var channels: [String] = []
    package var criticalChannels: [String] = []
    /// Channels that are told of several alerts in one notice, besides those at which people read.
    package var folded: [String] = []
    /// So long such a channel waits for more.
    package var groupWait = AlertRouting.standardGroupWait

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
                help:
                    "Channels (webhook, command) that get one notice for alerts that begin, or end, together; those at which people read do."
            )
            standard.groupWait = keys.duration(
                "group_wait", in: .zero ... .seconds(600), default: AlertRouting.standardGroupWait,
                help: "So long such a channel waits for more, since the first of them; 0s: only what is found out together.")
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

    /// What asks for one notice where each alert needs its own.
    func keepers(among channels: [Channel]) -> [Finding] {
        channels.filter { folded.contains($0.name) && $0.keepsIncidents }.map { channel in
            Finding(
                .error, at: ["alerts", "fold"],
                problem: "alerts.fold names \(channel.name), which opens and closes an incident for each alert",
                fix: "leave \(channel.name) out: it needs a notice for each")
        }
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
