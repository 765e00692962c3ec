import JobKit
import SchedulerCore

/// The keys of one channel in the daemon's file, as they stand there. All keys of all types are declared by the same lines;
/// ``ChannelRules`` tells which belong together.
struct ChannelKeys {
    var kind: Channel.Kind?
    var url: String?
    var headers: [(name: String, value: String)]
    var signingKey: String?
    var body: String?
    var contentType: String
    var username: String?
    var topic: String?
    var token: String?
    var routingKey: String?
    var labels: [(name: String, value: String)]
    var expireAfter: Duration
    var repeatEvery: Duration
    var host: String?
    var port: Int?
    var tls: EmailChannel.Security
    var user: String?
    var password: String?
    var from: String?
    var to: [String]
    var command: [String]
    var timeout: Duration
    var caFile: String?
    var fallback: String?
    var escalateTo: String?
    var escalateAfter: Duration
    var quietHours: QuietHours?

    private static let day = Duration.seconds(86_400)

    // long: each key of a channel is declared here, once.
    init(from section: inout SettingsSection) {
        kind = section.read(
            SettingDeclaration(
                name: "type", type: .choice(Channel.Kind.allCases.map(\.rawValue)), required: true, help: "What the notice is sent to.")
        )?.text.flatMap(Channel.Kind.init(rawValue:))
        url = section.optionalText(
            "url", form: .any,
            help: "Where it is sent: an address, or secret:NAME for one that nobody else may know; empty: the channel is off.")
        headers = section.textMap("headers", of: .line, help: "webhook, alertmanager: headers that are added, NAME: value or secret:NAME.")
        signingKey = section.optionalText("signing_key", help: "webhook: secret:NAME, the key of the header X-Signature.")
        body = section.optionalText(
            "body", form: .any, help: "webhook: what is sent instead of the standard JSON, with {{summary}} and other parts of the notice.")
        contentType = section.text("content_type", default: "application/json", help: "webhook: the media type of body.")
        username = section.optionalText("username", help: "discord: the name that it is said under.")
        topic = section.optionalText("topic", help: "ntfy: the topic, or secret:NAME.")
        token = section.optionalText("token", help: "ntfy: secret:NAME, an access token.")
        routingKey = section.optionalText("routing_key", help: "pagerduty: secret:NAME, the integration key of the service.")
        labels = section.textMap("labels", of: .line, help: "alertmanager: labels that each alert gets.")
        expireAfter = section.duration(
            "expire_after", in: .seconds(300)...(.seconds(7 * 86_400)), default: AlertmanagerChannel.standardExpireAfter,
            help: "alertmanager: so long after its last notice an alert counts as ended there.")
        repeatEvery = section.duration(
            "repeat_every", in: .seconds(1)...Self.day, default: AlertmanagerChannel.standardRepeatEvery,
            help: "alertmanager: after so long what goes on is sent again.")
        host = section.optionalText("host", help: "email: the server.")
        port = section.optionalInteger(
            "port", in: 1...65_535, help: "email: its port; by itself 587, with tls: implicit 465, with none 25.")
        tls = section.choice(
            "tls", default: .starttls, help: "email: starttls (the server must switch to TLS), implicit (TLS from the first byte) or none.")
        user = section.optionalText("user", help: "email: the name to log in with.")
        password = section.optionalText("password", help: "email: secret:NAME, the password.")
        from = section.optionalText("from", help: "email: who sends it: user@example.org or Name <user@example.org>.")
        to = section.textList("to", of: .any, orSingle: true, help: "email: who gets it; only empty addresses: the channel is off.")
        command = section.textList(
            "command", help: "command: the program's path and its arguments; it finds the notice as JSON on its standard input.")
        timeout = section.duration(
            "timeout", in: .seconds(1)...(.seconds(300)), default: Channel.standardTimeout, help: "For one try.")
        caFile = section.optionalText(
            "ca_file", form: .absolutePath, help: "A file of authorities (PEM) that are trusted instead of the machine's.")
        fallback = section.optionalText("fallback", form: .name, help: "The channel that gets what this one refused.")
        escalateTo = section.optionalText(
            "escalate_to", form: .name, help: "The channel that is told, too, when nobody has acknowledged the alert.")
        escalateAfter = section.duration(
            "escalate_after", in: .seconds(60)...Self.day, default: Channel.Escalation.standardAfter,
            help: "How long the alert fires before that.")
        quietHours = Self.quietHours(in: &section)
    }

    private static func quietHours(in section: inout SettingsSection) -> QuietHours? {
        section.section("quiet_hours", help: "When notices that are not critical wait.") { keys in
            let from = minutes("from", in: &keys, help: "Their beginning, for example 22:00.")
            let to = minutes("to", in: &keys, help: "Their end, for example 07:00.")
            let zone = keys.optionalText("timezone", help: "The zone that is meant, for example Europe/Berlin. Default: the machine's.")
            if let zone, case .failure(let error) = ZoneShelf().zone(named: zone) {
                keys.report(.error, at: "timezone", problem: "timezone cannot be used: \(error)", fix: "write a zone such as Europe/Berlin")
            }
            return QuietHours(from: from, to: to, timezone: zone)
        }
    }

    private static func minutes(_ name: String, in keys: inout SettingsSection, help: String) -> Int {
        let text = keys.requiredText(name, help: help)
        if let minutes = QuietHours.minutes(text) { return minutes }
        if !text.isEmpty {
            keys.report(
                .error, at: name, problem: "\(name) must be a time of the day, not \"\(text.prefix(20))\"", fix: "write \(name): \"22:00\"")
        }
        return 0
    }
}
