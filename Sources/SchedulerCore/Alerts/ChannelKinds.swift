// What each kind of channel needs to know, as the daemon's file says it; one small value a kind.

/// Any receiver of JSON.
package struct WebhookChannel: Sendable, Hashable {
    package var url: SecretSource
    package var headers: [ChannelHeader]
    /// Signs what is sent.
    package var signingKey: SecretSource?
    /// The body; nil for the standard one.
    package var body: NoticeTemplate?
    package var contentType: String

    package init(
        url: SecretSource, headers: [ChannelHeader] = [], signingKey: SecretSource? = nil, body: NoticeTemplate? = nil,
        contentType: String = "application/json"
    ) {
        self.url = url
        self.headers = headers
        self.signingKey = signingKey
        self.body = body
        self.contentType = contentType
    }
}

/// A header that the file adds.
package struct ChannelHeader: Sendable, Hashable {
    package var name: String
    package var value: SecretSource

    package init(name: String, value: SecretSource) {
        self.name = name
        self.value = value
    }
}

/// A webhook of a channel of Discord.
package struct DiscordChannel: Sendable, Hashable {
    package var url: SecretSource
    /// The name that it is said under; nil for the webhook's own.
    package var username: String?

    package init(url: SecretSource, username: String? = nil) {
        self.url = url
        self.username = username
    }
}

/// An incoming webhook of Slack, or of what speaks as Slack does.
package struct SlackChannel: Sendable, Hashable {
    package var url: SecretSource

    package init(url: SecretSource) { self.url = url }
}

/// A topic of a server of ntfy.
package struct NtfyChannel: Sendable, Hashable {
    /// The server.
    package var url: SecretSource
    package var topic: SecretSource
    package var token: SecretSource?

    package static let standardURL = "https://ntfy.sh"

    package init(url: SecretSource, topic: SecretSource, token: SecretSource? = nil) {
        self.url = url
        self.topic = topic
        self.token = token
    }
}

/// A service of PagerDuty, by its Events API v2.
package struct PagerDutyChannel: Sendable, Hashable {
    package var url: SecretSource
    package var routingKey: SecretSource

    package static let standardURL = "https://events.pagerduty.com/v2/enqueue"

    package init(url: SecretSource, routingKey: SecretSource) {
        self.url = url
        self.routingKey = routingKey
    }
}

/// An Alertmanager, by its API v2.
package struct AlertmanagerChannel: Sendable, Hashable {
    /// The server.
    package var url: SecretSource
    package var headers: [ChannelHeader]
    /// Labels that each alert gets, in the order of the file.
    package var labels: [Label]
    /// So long after the last notice it counts as ended there.
    package var expireAfter: Duration
    /// What goes on is sent again after so long: an Alertmanager keeps alerts in memory, and forgets them when it starts anew.
    package var repeatEvery: Duration

    package struct Label: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package static let standardExpireAfter = Duration.seconds(86_400)
    /// Less than the five minutes after which an Alertmanager takes an alert without an end for over.
    package static let standardRepeatEvery = Duration.seconds(240)

    package init(
        url: SecretSource, headers: [ChannelHeader] = [], labels: [Label] = [], expireAfter: Duration = standardExpireAfter,
        repeatEvery: Duration = standardRepeatEvery
    ) {
        self.url = url
        self.headers = headers
        self.labels = labels
        self.expireAfter = expireAfter
        self.repeatEvery = repeatEvery
    }
}

/// A server that takes mail.
package struct EmailChannel: Sendable, Hashable {
    /// How the way to the server is kept secret.
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// The server must switch to TLS before anything is said.
        case starttls
        /// TLS from the first byte.
        case implicit
        /// In clear.
        case none

        package var standardPort: Int {
            switch self {
            case .starttls: 587
            case .implicit: 465
            case .none: 25
            }
        }
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var user: String?
    package var password: SecretSource?
    package var from: MailAddress
    package var to: [MailAddress]

    package init(
        host: String, port: Int? = nil, security: Security = .starttls, user: String? = nil, password: SecretSource? = nil,
        from: MailAddress, to: [MailAddress]
    ) {
        self.host = host
        self.port = port ?? security.standardPort
        self.security = security
        self.user = user
        self.password = password
        self.from = from
        self.to = to
    }
}

/// A program of the operator's.
package struct CommandChannel: Sendable, Hashable {
    /// The program's path, and its arguments.
    package var arguments: [String]

    package init(arguments: [String]) { self.arguments = arguments }
}
