/// A way to tell somebody: one entry of `channels` in the daemon's file.
package struct Channel: Sendable, Hashable {
    /// The word after `type:`.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case webhook, discord, slack, ntfy, pagerduty, alertmanager, email, command
    }

    /// What a kind needs to know.
    package enum Way: Sendable, Hashable {
        case webhook(WebhookChannel)
        case discord(DiscordChannel)
        case slack(SlackChannel)
        case ntfy(NtfyChannel)
        case pagerduty(PagerDutyChannel)
        case alertmanager(AlertmanagerChannel)
        case email(EmailChannel)
        case command(CommandChannel)
        /// What the file says of it cannot be used: every notice is refused, for this reason.
        case unusable(reason: String)
    }

    package var name: String
    package var way: Way
    /// For one try.
    package var timeout: Duration
    /// The file of the authorities that are trusted instead of the machine's.
    package var caFile: String?
    /// The channel that gets what this one refused.
    package var fallback: String?
    /// When notices that are not critical wait.
    package var quietHours: QuietHours?
    package var escalation: Escalation?

    package static let standardTimeout = Duration.seconds(15)

    package init(
        name: String, way: Way, timeout: Duration = standardTimeout, caFile: String? = nil, fallback: String? = nil,
        quietHours: QuietHours? = nil, escalation: Escalation? = nil
    ) {
        self.name = name
        self.way = way
        self.timeout = timeout
        self.caFile = caFile
        self.fallback = fallback
        self.quietHours = quietHours
        self.escalation = escalation
    }

    /// Whether people read there: they are told of several alerts in one notice.
    package var isForPeople: Bool {
        switch way {
        case .discord, .slack, .ntfy, .email: true
        case .webhook, .command, .pagerduty, .alertmanager, .unusable: false
        }
    }

    /// Whether the receiver opens and closes something of its own for each alert: it needs a notice for each.
    package var keepsIncidents: Bool {
        switch way {
        case .pagerduty, .alertmanager: true
        case .webhook, .command, .discord, .slack, .ntfy, .email, .unusable: false
        }
    }

    /// Who is told of an alert that nobody acknowledged, and after how long.
    package struct Escalation: Sendable, Hashable {
        package var channel: String
        package var after: Duration

        package static let standardAfter = Duration.seconds(1800)

        package init(channel: String, after: Duration = standardAfter) {
            self.channel = channel
            self.after = after
        }
    }
}
