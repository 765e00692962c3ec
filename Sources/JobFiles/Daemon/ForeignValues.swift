import JobKit
import SchedulerCore

/// Values of channels that come from the daemon's environment: whoever sets variables there edits no file, and sees no finding of one.
///
/// What is wrong with them makes the channel unusable, and is a warning; the daemon starts, and its jobs run.
struct ForeignValues {
    private static let section = "channels"

    /// Values that variables were put into, by their paths.
    let changes: [[String]: NodeExpander.Change]

    /// `type: Discord` means discord; nobody thinks of letters' case in a file of variables.
    static func withPlainTypes(_ root: ConfigNode) -> ConfigNode {
        root.changing(section) { channels in
            guard case .mapping(let entries) = channels.value else { return }
            channels.value = .mapping(
                entries.map { entry in
                    var entry = entry
                    entry.value = entry.value.changing("type") { type in
                        if let text = type.text { type.value = .text(text.lowercased()) }
                    }
                    return entry
                })
        }
    }

    /// The findings, with warnings in place of errors of such values, and the channels that cannot be used.
    func softened(_ findings: [Finding]) -> (findings: [Finding], reasons: [String: String]) {
        var reasons: [String: String] = [:]
        let softened = findings.map { finding in
            guard finding.severity == .error, finding.path.count > 2, finding.path[0] == Self.section, isForeign(finding.path) else {
                return finding
            }
            var finding = finding
            finding.severity = .warning
            let name = finding.path[1]
            reasons[name] = reasons[name] ?? "\(finding.problem); fix: \(finding.fix)"
            finding.problem += "; the value comes from the environment, and until it is right the channel \(name) tells nobody"
            return finding
        }
        return (softened, reasons)
    }

    private func isForeign(_ path: [String]) -> Bool { changes.keys.contains { $0.starts(with: path) } }
}

extension DaemonSettings {
    /// Channels that refuse what they get, in place of those that cannot be used. One that is off stays off.
    mutating func refuse(_ reasons: [String: String]) {
        for (name, reason) in reasons.sorted(by: { $0.key < $1.key }) where !channelsOff.contains(name) {
            let way = Channel.Way.unusable(reason: reason)
            if let index = channels.firstIndex(where: { $0.name == name }) {
                channels[index].way = way
            } else {
                channels.append(Channel(name: name, way: way))
            }
        }
    }
}

extension ConfigNode {
    /// The mapping with another value of one key, if it is there.
    fileprivate func changing(_ key: String, _ change: (inout ConfigNode) -> Void) -> ConfigNode {
        guard case .mapping(var entries) = value, let index = entries.firstIndex(where: { $0.key == key }) else { return self }
        change(&entries[index].value)
        return ConfigNode(.mapping(entries), at: place, written: written)
    }
}
