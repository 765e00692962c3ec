import JobKit
import SchedulerCore
import Transfer

/// What is to be done to tell a notice through a channel.
enum ChannelRequest: Sendable {
    case http(HTTPRequest, AnswerRule)
    case mail(MailRequest)
    case command(arguments: [String], input: [UInt8])

    private static let connectTimeout = Duration.seconds(10)

    /// - Parameter now: milliseconds since 1970.
    init(_ notice: AlertNotice, through channel: Channel, secrets: SecretReader, now: Int64) throws(ChannelProblem) {
        switch channel.way {
        case .email(let email):
            self = .mail(try Self.mail(notice, by: email, of: channel, secrets: secrets, now: now))
        case .command(let command):
            self = .command(arguments: command.arguments, input: try JSONBody.bytes(of: NoticeBody(notice)) + [UInt8(ascii: "\n")])
        case .unusable(let reason): throw ChannelProblem(reason)
        case .webhook, .discord, .slack, .ntfy, .pagerduty, .alertmanager:
            var request = try Self.request(notice, through: channel, secrets: secrets, now: now)
            request.http.timeout = channel.timeout
            request.http.connectTimeout = min(channel.timeout, Self.connectTimeout)
            request.http.caFile = channel.caFile
            self = .http(request.http, request.rule)
        }
    }

    private static func request(
        _ notice: AlertNotice, through channel: Channel, secrets: SecretReader, now: Int64
    ) throws(ChannelProblem) -> (http: HTTPRequest, rule: AnswerRule) {
        let setting = "url of channel \(channel.name)"
        switch channel.way {
        case .webhook(let webhook): return (try Self.webhook(notice, by: webhook, setting: setting, secrets: secrets, now: now), .status)
        case .discord(let discord):
            let url = try secrets.url(discord.url, of: setting)
            return (try DiscordMessage(notice, username: discord.username).request(to: url), .discord)
        case .slack(let slack):
            return (try SlackMessage(notice).request(to: try secrets.url(slack.url, of: setting)), .slack)
        case .ntfy(let ntfy): return (try Self.ntfy(notice, by: ntfy, setting: setting, secrets: secrets), .status)
        case .pagerduty(let pagerduty):
            let url = try secrets.url(pagerduty.url, of: setting)
            let key = try secrets.value(of: pagerduty.routingKey).exposedValue
            return (try PagerDutyEvent(notice, routingKey: key).request(to: url), .status)
        case .alertmanager(let alertmanager):
            let url = try secrets.url(alertmanager.url, of: setting)
            let headers = try Self.headers(alertmanager.headers, secrets: secrets)
            let message = AlertmanagerMessage(
                notice, labels: alertmanager.labels, expireAfter: alertmanager.expireAfter, now: now)
            return (try message.request(to: url, headers: headers), .status)
        case .email, .command, .unusable: throw ChannelProblem("channel \(channel.name) does not speak HTTP")
        }
    }

    private static func webhook(
        _ notice: AlertNotice, by webhook: WebhookChannel, setting: String, secrets: SecretReader, now: Int64
    ) throws(ChannelProblem) -> HTTPRequest {
        let message = WebhookMessage(notice, template: webhook.body, contentType: webhook.contentType)
        let url = try secrets.url(webhook.url, of: setting)
        let headers = try headers(webhook.headers, secrets: secrets)
        var key: Secret?
        if let source = webhook.signingKey { key = try secrets.value(of: source) }
        return try message.request(to: url, headers: headers, signingKey: key, now: now / 1000)
    }

    private static func ntfy(
        _ notice: AlertNotice, by ntfy: NtfyChannel, setting: String, secrets: SecretReader
    ) throws(ChannelProblem) -> HTTPRequest {
        let url = try secrets.url(ntfy.url, of: setting)
        let topic = try secrets.value(of: ntfy.topic).exposedValue
        var token: Secret?
        if let source = ntfy.token { token = try secrets.value(of: source) }
        return try NtfyMessage(notice, topic: topic).request(to: url, token: token)
    }

    private static func headers(
        _ headers: [ChannelHeader], secrets: SecretReader
    ) throws(ChannelProblem) -> [(name: String, value: String)] {
        var values: [(name: String, value: String)] = []
        for header in headers { values.append((header.name, try secrets.value(of: header.value).exposedValue)) }
        return values
    }

    private static func mail(
        _ notice: AlertNotice, by email: EmailChannel, of channel: Channel, secrets: SecretReader, now: Int64
    ) throws(ChannelProblem) -> MailRequest {
        let message = EmailMessage(notice: notice, channel: channel.name, from: email.from, to: email.to, now: now)
        var request = MailRequest(
            host: email.host, port: email.port, sender: email.from.address, recipients: email.to.map(\.address), message: message.bytes)
        request.security =
            switch email.security {
            case .starttls: .starttls
            case .implicit: .implicit
            case .none: .none
            }
        if let user = email.user, let password = email.password {
            request.login = .init(user: user, password: try secrets.value(of: password))
        }
        request.caFile = channel.caFile
        request.timeout = channel.timeout
        request.connectTimeout = min(channel.timeout, connectTimeout)
        return request
    }
}
