/// What the daemon's file says of alerts: the standard for each job, and who is told.
package struct AlertRouting: Sendable {
    /// For jobs whose file says nothing of it.
    package var standard = AlertSettings()
    /// Who hears of alerts of jobs that name nobody.
    package var channels: [String] = []
    /// Who hears of critical ones; empty for the same.
    package var criticalChannels: [String] = []
    /// The channels of the daemon's file.
    package var receivers: [String: AlertReceiver] = [:]
    /// Channels that are told in one notice of alerts that begin, or end, together.
    package var folded: Set<String> = []
    /// So long such a channel waits for more, since the first of them.
    package var groupWait = Self.standardGroupWait

    package static let standardGroupWait = Duration.seconds(30)

    package init() {}

    /// The rule for alerts of a job.
    /// - Parameter definition: nil for a job that has no file, and for the daemon itself.
    package func rule(for definition: JobDefinition?) -> AlertRule {
        var rule = AlertRule()
        rule.channels = channels
        rule.criticalChannels = criticalChannels.isEmpty ? channels : criticalChannels
        rule.receivers = receivers
        rule = standard.applied(to: rule)
        guard let definition else { return rule }
        rule.occasions = Self.occasions(of: definition)
        if !definition.notices.channels.isEmpty {
            rule.channels = definition.notices.channels
            rule.criticalChannels = definition.notices.channels
        }
        return definition.alerts.applied(to: rule)
    }

    /// What of a job is told.
    static func occasions(of definition: JobDefinition) -> Set<Notices.Occasion> {
        definition.notices.occasions.isEmpty ? AlertRule.standardOccasions : Set(definition.notices.occasions)
    }
}
