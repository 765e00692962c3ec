import JobKit
import SchedulerCore

/// The section `channels` of the daemon's file, with what must hold between its entries.
enum ChannelSet {
    private static let name = "channels"

    /// - Returns: the channels, and the names of those whose address is empty: they are off.
    static func read(in section: inout SettingsSection) -> (channels: [Channel], off: Set<String>) {
        var names: [String] = []
        var off: Set<String> = []
        let channels = section.sectionMap(name, help: "Ways to tell somebody, NAME: {type: …}; job files name them in notify.to.") {
            (entry: String, keys: inout SettingsSection) -> Channel? in
            names.append(entry)
            let rules = ChannelRules(name: entry, keys: ChannelKeys(from: &keys))
            if rules.isOff { off.insert(entry) }
            return rules.channel(in: &keys)
        }.compactMap(\.self)
        for entry in names {
            guard !entry.isEmpty, let complaint = SettingType.TextForm.name.complaint(about: entry) else { continue }
            section.report(.error, at: name, problem: "a key of channels \(complaint.problem)", fix: complaint.fix)
        }
        section.adopt(strangers(among: channels, names: names) + circles(among: channels))
        return (channels.map { $0.without(off) }, off)
    }

    private static func strangers(among channels: [Channel], names: [String]) -> [Finding] {
        channels.flatMap { channel in
            [("fallback", channel.fallback), ("escalate_to", channel.escalation?.channel)].compactMap { key, named -> Finding? in
                guard let named, !names.contains(named) || named == channel.name else { return nil }
                let others = names.filter { $0 != channel.name }
                let nearest = Suggestion.nearest(to: named, among: others)
                let problem = named == channel.name ? "is the channel itself" : "names no channel: \(named)"
                return Finding(
                    .error, at: [name, channel.name, key], problem: "channels.\(channel.name).\(key) \(problem)",
                    fix: nearest.map { "did you mean \($0)?" } ?? "name another entry of channels, or leave the line out")
            }
        }
    }

    /// Fallbacks that lead back to where they began: a notice would go round for ever.
    private static func circles(among channels: [Channel]) -> [Finding] {
        let next = Dictionary(channels.compactMap { channel in channel.fallback.map { (channel.name, $0) } }) { first, _ in first }
        return channels.compactMap { channel in
            var passed: [String] = []
            var current = channel.fallback
            while let here = current, here != channel.name, !passed.contains(here) {
                passed.append(here)
                current = next[here]
            }
            guard current == channel.name, !passed.isEmpty else { return nil }
            let way = ([channel.name] + passed + [channel.name]).joined(separator: " → ")
            return Finding(
                .error, at: [name, channel.name, "fallback"], problem: "channels.\(channel.name).fallback leads back to itself: \(way)",
                fix: "leave the fallback of the last one out")
        }
    }
}

extension Channel {
    /// Its name may stand where it is off: nothing is handed on to it then.
    fileprivate func without(_ off: Set<String>) -> Channel {
        var channel = self
        if let fallback, off.contains(fallback) { channel.fallback = nil }
        if let escalation, off.contains(escalation.channel) { channel.escalation = nil }
        return channel
    }
}
