import Foundation
import JobKit
import SchedulerCore
import Testing

@testable import JobFiles

/// `channels:` of the daemon's file.
@Suite struct ChannelSettingsTests {
    private func load(_ text: String, environment: [String: String] = [:]) throws -> (settings: DaemonSettings, findings: [FileFinding]) {
        let scratch = try Scratch()
        try scratch.write("acore-sched.yaml", text)
        return DaemonSettings.load("\(scratch.path)/acore-sched.yaml", environment: environment, privileged: false)
    }

    private func line(_ finding: FileFinding) -> String {
        "\(finding.line):\(finding.column): \(finding.severity): \(finding.problem); fix: \(finding.fix)"
    }

    @Test func everyTypeIsRead() throws {
        let loaded = try load(
            """
            channels:
              hook:
                type: webhook
                url: secret:hook
                headers: {Authorization: secret:login, X-Team: ops}
                signing_key: secret:hook-key
                body: '{"text": "{{summary}}", "value": {{value}}}'
                timeout: 5s
                fallback: post
                quiet_hours: {from: 22:00, to: "07:00", timezone: Europe/Berlin}
                escalate_to: pager
                escalate_after: 10m
              chat: {type: discord, url: secret:discord, username: night watch}
              slack: {type: slack, url: "${SLACK}"}
              phone: {type: ntfy, topic: acore-ops, token: secret:ntfy}
              pager: {type: pagerduty, routing_key: secret:pager}
              manager: {type: alertmanager, url: "http://127.0.0.1:9093", labels: {team: ops}, expire_after: 6h}
              post:
                type: email
                host: mail.example.org
                user: acore
                password: secret:mail
                from: Night watch <acore@example.org>
                to: ops@example.org
                ca_file: /etc/ssl/own.pem
              tell: {type: command, command: [/usr/local/bin/tell, ops]}
            """, environment: ["SLACK": "secret:slack"])
        #expect(loaded.findings.map(line) == [])
        let channels = Dictionary(uniqueKeysWithValues: loaded.settings.channels.map { ($0.name, $0) })
        #expect(loaded.settings.channels.map(\.name) == ["hook", "chat", "slack", "phone", "pager", "manager", "post", "tell"])
        let body = try NoticeTemplate(#"{"text": "{{summary}}", "value": {{value}}}"#)
        let webhook = WebhookChannel(
            url: .named("hook"),
            headers: [
                ChannelHeader(name: "Authorization", value: .named("login")), ChannelHeader(name: "X-Team", value: .literal(Secret("ops"))),
            ],
            signingKey: .named("hook-key"), body: body)
        #expect(
            channels["hook"]
                == Channel(
                    name: "hook", way: .webhook(webhook), timeout: .seconds(5), fallback: "post",
                    quietHours: QuietHours(from: 1320, to: 420, timezone: "Europe/Berlin"),
                    escalation: .init(channel: "pager", after: .seconds(600))))
        #expect(channels["chat"]?.way == .discord(DiscordChannel(url: .named("discord"), username: "night watch")))
        #expect(channels["slack"]?.way == .slack(SlackChannel(url: .named("slack"))))
        let ntfy = NtfyChannel(
            url: .literal(Secret("https://ntfy.sh")), topic: .literal(Secret("acore-ops")), token: .named("ntfy"))
        #expect(channels["phone"]?.way == .ntfy(ntfy))
        let pager = PagerDutyChannel(url: .literal(Secret("https://events.pagerduty.com/v2/enqueue")), routingKey: .named("pager"))
        #expect(channels["pager"]?.way == .pagerduty(pager))
        let manager = AlertmanagerChannel(
            url: .literal(Secret("http://127.0.0.1:9093")), labels: [.init(name: "team", value: "ops")], expireAfter: .seconds(21_600))
        #expect(channels["manager"]?.way == .alertmanager(manager))
        let email = EmailChannel(
            host: "mail.example.org", user: "acore", password: .named("mail"), from: try MailAddress("Night watch <acore@example.org>"),
            to: [try MailAddress("ops@example.org")])
        #expect(channels["post"]?.way == .email(email) && channels["post"]?.caFile == "/etc/ssl/own.pem" && email.port == 587)
        #expect(channels["tell"]?.way == .command(CommandChannel(arguments: ["/usr/local/bin/tell", "ops"])))
    }

    @Test(
        "refused",
        arguments: [
            (
                "{url: secret:x}",
                "2:3: error: channels.a lacks type; fix: add type: webhook (What the notice is sent to.)"
            ),
            (
                "{type: slak, url: secret:x}",
                "2:13: error: channels.a.type must be one of webhook, discord, slack, ntfy, pagerduty, alertmanager, email, command, not slak; fix: did you mean slack?"
            ),
            (
                "{type: slack}", "2:3: error: channels.a.url is missing, and type: slack needs it; fix: add url: secret:NAME"
            ),
            (
                "{type: slack, url: secret:x, topic: y}",
                "2:35: error: channels.a.topic means nothing to type: slack; it is for ntfy; fix: leave it out, or correct the type"
            ),
            ("{type: slack, url: secret:x, tmeout: 5s}", "2:35: error: channels.a has no setting named tmeout; fix: did you mean timeout?"),
            (
                "{type: slack, url: \"secret:../x\"}",
                "2:25: error: channels.a.url names no secret; fix: write secret:NAME; NAME is the name of a file in the secrets directory"
            ),
            (
                "{type: webhook, url: ftp://x}",
                "2:27: error: channels.a.url must be a web address without blanks, or secret:NAME; fix: begin it with https://, or put it into a file of the secrets directory and write url: secret:NAME"
            ),
            (
                "{type: webhook, url: secret:x, body: 'ab {{sumary}}'}",
                "2:47: error: channels.a.body names no part of a notice with {{sumary}}; fix: did you mean {{summary}}?"
            ),
            (
                "{type: webhook, url: secret:x, body: '{\"a\": {{summary}}}'}",
                "2:43: error: channels.a.body does not become JSON; fix: put texts into quotes, \"{{summary}}\", and numbers without, {{value}}; or write another content_type"
            ),
            (
                "{type: webhook, url: secret:x, headers: {X-Signature: y}}",
                "2:37: error: channels.a.headers.X-Signature is no name for a header, or one that acore-sched sets itself; fix: use letters, digits and '-'; for the media type write content_type"
            ),
            (
                "{type: command, command: [tell]}",
                "2:22: error: channels.a.command: the program must be an absolute path, not \"tell\"; fix: begin it with /; relative paths mean another folder to each program"
            ),
            (
                "{type: slack, url: secret:x, fallback: b}",
                "2:45: error: channels.a.fallback names no channel: b; fix: name another entry of channels, or leave the line out"
            ),
            (
                "{type: slack, url: secret:x, escalate_to: a}",
                "2:48: error: channels.a.escalate_to is the channel itself; fix: name another entry of channels, or leave the line out"
            ),
            (
                "{type: slack, url: secret:x, quiet_hours: {from: \"25:00\", to: \"07:00\"}}",
                "2:55: error: from must be a time of the day, not \"25:00\"; fix: write from: \"22:00\""
            ),
            (
                "{type: email, host: \"a b\", from: a@b.test, to: c@d.test}",
                "2:26: error: channels.a.host must be the name or the address of a server; fix: write host: mail.example.org"
            ),
            (
                "{type: email, host: h, from: \"a@b.test\\nBcc: x@y.test\", to: c@d.test}",
                "2:35: error: channels.a.from must be on one line; fix: join the lines"
            ),
            (
                "{type: email, host: h, from: a@b.test, to: [c]}",
                "2:45: error: channels.a.to must be an address for mail, not \"c\"; fix: write user@example.org or Name <user@example.org>; a domain with other letters in its xn-- form"
            ),
            (
                "{type: email, host: h, from: a@b.test, to: c@d.test, user: u}",
                "2:3: error: channels.a.password is missing beside the other half of the login; fix: add password, or leave both out"
            ),
            (
                "{type: email, host: h, from: a@b.test, to: c@d.test, tls: none, user: u, password: secret:p}",
                "2:64: error: channels.a.tls must not be none with a password, which would go over the net in clear; fix: write tls: starttls or implicit"
            ),
            (
                "{type: alertmanager, url: \"http://am:9093\", labels: {severity: x}}",
                "2:50: error: channels.a.labels.severity is no name for a label, or one that acore-sched sets itself; fix: use letters, digits and '_', not beginning with a digit, and none of alert_id, alertname, check, host, job, severity, target"
            ),
        ])
    func refuses(_ channel: String, _ expected: String) throws {
        let loaded = try load("channels:\n  a: \(channel)\n")
        #expect(loaded.findings.map(line) == [expected])
        #expect(loaded.settings.channels.isEmpty)
    }

    @Test func aChannelWithoutAnAddressIsOffAndMayBeNamed() throws {
        let text = """
            channels:
              hook: {type: webhook, url: "${ALERT_WEBHOOK_URL:-}", fallback: mail}
              mail: {type: email, host: mail.example.org, from: a@example.org, to: ["${ALERT_EMAIL:-}"], escalate_to: hook}
            alerts: {to: [hook, mail], critical_to: [hook]}
            """
        let off = try load(text)
        #expect(off.findings.map(line) == [] && off.settings.channels == [])
        #expect(off.settings.alerts.channels == [] && off.settings.alerts.criticalChannels == [])
        let mail = try load(text, environment: ["ALERT_EMAIL": "ops@example.org"])
        #expect(mail.findings.map(line) == [] && mail.settings.channels.map(\.name) == ["mail"])
        #expect(mail.settings.channels.first?.escalation == nil)
        #expect(mail.settings.alerts.channels == ["mail"] && mail.settings.alerts.criticalChannels == [])
        let hook = try load(text, environment: ["ALERT_WEBHOOK_URL": "http://127.0.0.1:1/"])
        #expect(hook.findings.map(line) == [] && hook.settings.channels.map(\.name) == ["hook"])
        #expect(hook.settings.channels.first?.fallback == nil && hook.settings.alerts.criticalChannels == ["hook"])
        let wrong = try load("channels:\n  a: {type: webhook, url: \"\", topic: x}\n")
        #expect(wrong.findings.map(\.problem) == ["channels.a.topic means nothing to type: webhook; it is for ntfy"])
        #expect(
            try load("channels:\n  a: {type: webhook, url: \" \"}\n").findings.map(\.problem).count == 1,
            "a blank is an address, and a wrong one")
    }

    @Test func fallbacksThatGoRoundAreRefused() throws {
        let loaded = try load(
            """
            channels:
              a: {type: slack, url: secret:x, fallback: b}
              b: {type: slack, url: secret:x, fallback: c}
              c: {type: slack, url: secret:x, fallback: a}
            """)
        #expect(loaded.findings.map(\.problem).first == "channels.a.fallback leads back to itself: a → b → c → a")
        #expect(loaded.findings.count == 3)
    }

    @Test(
        "warned of",
        arguments: [
            ("{type: discord, url: \"https://discord.com/api/webhooks/1/hidden\"}", "url", 27),
            ("{type: webhook, url: \"https://user:hidden@a.test/\"}", "url", 27),
            ("{type: webhook, url: \"https://a.test/?token=hidden\"}", "url", 27),
            ("{type: webhook, url: \"https://a.test/hooks/a1b2hiddenc3d4e5f6\"}", "url", 27),
            ("{type: webhook, url: \"https://a.test/\", signing_key: hidden}", "signing_key", 59),
            ("{type: webhook, url: \"https://a.test/\", headers: {Authorization: hidden}}", "headers", 46),
            ("{type: ntfy, topic: t, token: hidden}", "token", 36),
            ("{type: pagerduty, routing_key: hidden}", "routing_key", 37),
        ])
    func secretsInTheFileAreWarnedOfAndNotRepeated(_ channel: String, _ key: String, _ column: Int) throws {
        let loaded = try load("channels:\n  a: \(channel)\n")
        let expected =
            "2:\(column): warning: channels.a.\(key) is a secret, and it stands in the daemon's file; "
            + "fix: put it into a file a in the secrets directory, mode 0400, and write \(key): secret:a"
        #expect(loaded.findings.map(line) == [expected])
        #expect(loaded.settings.channels.count == 1)
        let told = loaded.findings.map { $0.rendered() } + loaded.settings.channels.map { "\($0)" }
        #expect(!told.joined().contains("hidden"))
    }

    @Test(arguments: ["https://a.test/", "https://a.test/hooks/acore-alerts", "http://127.0.0.1:9093/?page=2", "https://a.test"])
    func plainAddressesAreNoSecrets(_ url: String) throws {
        #expect(try load("channels:\n  a: {type: webhook, url: \"\(url)\"}\n").findings.isEmpty)
    }

    @Test func mailInClearIsWarnedOf() throws {
        let loaded = try load("channels:\n  a: {type: email, host: h, from: a@b.test, to: c@d.test, tls: none}\n")
        let expected =
            "2:64: warning: channels.a.tls is none: all mail goes in clear, and nobody proves that it is the server; "
            + "fix: write tls: starttls or implicit; for a server of your own add ca_file"
        #expect(loaded.findings.map(line) == [expected])
        #expect(loaded.settings.channels.count == 1)
    }

    /// A slip elsewhere must not bring a line with a secret into a log.
    @Test func noLineOfAFileWithChannelsIsShown() throws {
        for text in [
            "channels:\n  a: {type: slack, url: \"https://hidden.test/x\nmax_runs: 1\n",
            "max_run: 1\nchannels:\n  a: {type: slack, url: \"https://hidden.test/x\", tmeout: 1}\n",
        ] {
            let loaded = try load(text)
            #expect(!loaded.findings.isEmpty)
            #expect(!loaded.findings.map { $0.rendered() }.joined().contains("hidden"))
        }
    }
}
