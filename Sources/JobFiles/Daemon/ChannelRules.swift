import FoundationEssentials
import JobKit
import SchedulerCore

/// What must hold between the keys of one channel; makes the channel of them.
struct ChannelRules {
    let name: String
    let keys: ChannelKeys

    /// Keys that do not belong to every type.
    private static let owners: [String: [Channel.Kind]] = [
        "url": [.webhook, .discord, .slack, .ntfy, .pagerduty, .alertmanager], "headers": [.webhook, .alertmanager],
        "signing_key": [.webhook], "body": [.webhook], "content_type": [.webhook], "username": [.discord], "topic": [.ntfy],
        "token": [.ntfy], "routing_key": [.pagerduty], "labels": [.alertmanager], "expire_after": [.alertmanager],
        "repeat_every": [.alertmanager], "host": [.email],
        "port": [.email], "tls": [.email], "user": [.email], "password": [.email], "from": [.email], "to": [.email],
        "command": [.command],
        "ca_file": [.webhook, .discord, .slack, .ntfy, .pagerduty, .alertmanager, .email],
    ]

    private static let needed: [Channel.Kind: [(key: String, sample: String)]] = [
        .webhook: [("url", "secret:NAME")], .discord: [("url", "secret:NAME")], .slack: [("url", "secret:NAME")],
        .ntfy: [("topic", "secret:NAME")], .pagerduty: [("routing_key", "secret:NAME")],
        .alertmanager: [("url", "http://127.0.0.1:9093")],
        .email: [("host", "mail.example.org"), ("from", "acore@example.org"), ("to", "[ops@example.org]")],
        .command: [("command", "[/usr/local/bin/tell]")],
    ]

    /// Kinds whose address lets anybody who knows it write.
    private static let secretURLs: Set<Channel.Kind> = [.discord, .slack]
    /// Headers that are ours to say.
    private static let ownHeaders: Set<String> = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "expect", "idempotency-key", "x-signature",
        "user-agent",
    ]
    private static let ownLabels: Set<String> = ["alertname", "job", "check", "target", "host", "severity", "alert_id"]

    /// Whether its address is empty, as `url: "${ALERT_WEBHOOK_URL:-}"` is until the variable is set.
    var isOff: Bool { keys.url == "" || (!keys.to.isEmpty && keys.to.allSatisfy(\.isEmpty)) }

    /// - Returns: nil when it is off, and when something that it needs is missing or wrong; then there is an error among the findings.
    func channel(in section: inout SettingsSection) -> Channel? {
        guard let kind = keys.kind else { return nil }
        refuseStrangers(kind, in: &section)
        if isOff { return nil }
        var isWhole = true
        for (key, sample) in Self.needed[kind] ?? [] where !section.contains(key) {
            isWhole = false
            section.report(
                .error, at: key, part: .key, problem: "\(place(key)) is missing, and type: \(kind.rawValue) needs it",
                fix: "add \(key): \(sample)")
        }
        guard isWhole, let way = way(kind, in: &section) else { return nil }
        if section.contains("escalate_after"), keys.escalateTo == nil {
            section.report(
                .warning, at: "escalate_after", part: .key, problem: "\(place("escalate_after")) counts only with escalate_to",
                fix: "add escalate_to: CHANNEL, or leave it out")
        }
        return Channel(
            name: name, way: way, timeout: keys.timeout, caFile: keys.caFile, fallback: keys.fallback, quietHours: keys.quietHours,
            escalation: keys.escalateTo.map { .init(channel: $0, after: keys.escalateAfter) })
    }

    private func place(_ key: String) -> String { "channels.\(name).\(key)" }

    private func refuseStrangers(_ kind: Channel.Kind, in section: inout SettingsSection) {
        for (key, kinds) in Self.owners.sorted(by: { $0.key < $1.key }) where section.contains(key) && !kinds.contains(kind) {
            let others = kinds.map(\.rawValue).joined(separator: ", ")
            section.report(
                .error, at: key, part: .key, problem: "\(place(key)) means nothing to type: \(kind.rawValue); it is for \(others)",
                fix: "leave it out, or correct the type")
        }
    }

    private func way(_ kind: Channel.Kind, in section: inout SettingsSection) -> Channel.Way? {
        switch kind {
        case .webhook:
            let template = template(in: &section)
            let signingKey = keys.signingKey.map { secret($0, "signing_key", in: &section) }
            return .webhook(
                WebhookChannel(
                    url: url(kind, in: &section), headers: headers(in: &section), signingKey: signingKey, body: template,
                    contentType: keys.contentType))
        case .discord: return .discord(DiscordChannel(url: url(kind, in: &section), username: keys.username))
        case .slack: return .slack(SlackChannel(url: url(kind, in: &section)))
        case .ntfy:
            return .ntfy(
                NtfyChannel(
                    url: url(kind, or: NtfyChannel.standardURL, in: &section),
                    topic: reference(keys.topic ?? "", "topic", in: &section),
                    token: keys.token.map { secret($0, "token", in: &section) }))
        case .pagerduty:
            let key = secret(keys.routingKey ?? "", "routing_key", in: &section)
            return .pagerduty(PagerDutyChannel(url: url(kind, or: PagerDutyChannel.standardURL, in: &section), routingKey: key))
        case .alertmanager:
            return .alertmanager(
                AlertmanagerChannel(
                    url: url(kind, in: &section), headers: headers(in: &section), labels: labels(in: &section),
                    expireAfter: keys.expireAfter, repeatEvery: keys.repeatEvery))
        case .email: return email(in: &section).map(Channel.Way.email)
        case .command: return command(in: &section).map(Channel.Way.command)
        }
    }

    /// A text that may be `secret:NAME`.
    private func reference(_ text: String, _ key: String, in section: inout SettingsSection) -> SecretSource {
        let source = SecretSource(text)
        if case .named(let file) = source, SettingType.TextForm.name.complaint(about: file) != nil {
            section.report(
                .error, at: key, problem: "\(place(key)) names no secret",
                fix: "write secret:NAME; NAME is the name of a file in the secrets directory")
        }
        return source
    }

    /// A text that should be `secret:NAME`.
    func secret(_ text: String, _ key: String, in section: inout SettingsSection) -> SecretSource {
        let source = reference(text, key, in: &section)
        if case .literal = source { warnOfSecret(key, in: &section) }
        return source
    }

    private func warnOfSecret(_ key: String, in section: inout SettingsSection) {
        section.report(
            .warning, at: key, problem: "\(place(key)) is a secret, and it stands in the daemon's file",
            fix: "put it into a file \(name) in the secrets directory, mode 0400, and write \(key): secret:\(name)")
    }

    private func url(_ kind: Channel.Kind, or standard: String = "", in section: inout SettingsSection) -> SecretSource {
        guard let text = keys.url else { return SecretSource(standard) }
        let source = reference(text, "url", in: &section)
        guard case .literal = source else { return source }
        if SettingType.TextForm.webAddress.complaint(about: text) != nil || !text.utf8.allSatisfy({ 0x21..<0x7f ~= $0 }) {
            section.report(
                .error, at: "url", problem: "\(place("url")) must be a web address without blanks, or secret:NAME",
                fix: "begin it with https://, or put it into a file of the secrets directory and write url: secret:NAME")
        } else if Self.secretURLs.contains(kind) || SecretAddress.isIn(text) {
            warnOfSecret("url", in: &section)
        }
        return source
    }

    private func headers(in section: inout SettingsSection) -> [ChannelHeader] {
        for (header, value) in keys.headers {
            if header.isEmpty || !header.utf8.allSatisfy(Self.isTokenByte) || Self.ownHeaders.contains(header.lowercased()) {
                section.report(
                    .error, at: "headers",
                    problem: "\(place("headers")).\(header) is no name for a header, or one that acore-sched sets itself",
                    fix: "use letters, digits and '-'; for the media type write content_type")
            }
            let isSecret = SecretWord.isIn(header) || header.lowercased() == "authorization"
            if isSecret, case .literal = SecretSource(value) { warnOfSecret("headers", in: &section) }
        }
        return keys.headers.map { ChannelHeader(name: $0.name, value: reference($0.value, "headers", in: &section)) }
    }

    /// RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private func template(in section: inout SettingsSection) -> NoticeTemplate? {
        guard let text = keys.body else { return nil }
        do throws(NoticeTemplate.Complaint) {
            let template = try NoticeTemplate(text)
            refuseBrokenJSON(template, in: &section)
            return template
        } catch {
            let fields = NoticeField.allCases.map(\.rawValue)
            let nearest = error.word.flatMap { Suggestion.nearest(to: $0, among: fields) }
            section.report(
                .error, at: "body", offset: error.offset, problem: "\(place("body")) \(error.problem)",
                fix: nearest.map { "did you mean {{\($0)}}?" } ?? "write {{NAME}}; the names are \(fields.joined(separator: ", "))")
            return nil
        }
    }

    private func refuseBrokenJSON(_ template: NoticeTemplate, in section: inout SettingsSection) {
        let escaping = NoticeTemplate.Escaping(contentType: keys.contentType)
        guard escaping == .json else { return }
        let notice = AlertNotice.test(of: name, id: RunID(milliseconds: 0), host: "host", now: 0)
        do {
            _ = try JSONDecoder().decode(ConfigNode.self, from: Data(template.filled(from: notice, escaping: escaping).utf8))
        } catch {
            section.report(
                .error, at: "body", problem: "\(place("body")) does not become JSON",
                fix: "put texts into quotes, \"{{summary}}\", and numbers without, {{value}}; or write another content_type")
        }
    }

    private func labels(in section: inout SettingsSection) -> [AlertmanagerChannel.Label] {
        for (label, _) in keys.labels {
            if SettingType.TextForm.variable.complaint(about: label) != nil || Self.ownLabels.contains(label) {
                section.report(
                    .error, at: "labels",
                    problem: "\(place("labels")).\(label) is no name for a label, or one that acore-sched sets itself",
                    fix:
                        "use letters, digits and '_', not beginning with a digit, and none of \(Self.ownLabels.sorted().joined(separator: ", "))"
                )
            }
        }
        return keys.labels.map { .init(name: $0.name, value: $0.value) }
    }

    private func command(in section: inout SettingsSection) -> CommandChannel? {
        guard let program = keys.command.first else {
            section.report(.error, at: "command", problem: "\(place("command")) is empty", fix: "write [/path/to/program, argument]")
            return nil
        }
        if let complaint = SettingType.TextForm.absolutePath.complaint(about: program) {
            section.report(.error, at: "command", problem: "\(place("command")): the program \(complaint.problem)", fix: complaint.fix)
            return nil
        }
        return CommandChannel(arguments: keys.command)
    }
}
