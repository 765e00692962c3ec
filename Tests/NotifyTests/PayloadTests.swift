import Foundation
import JobKit
import SchedulerCore
import Testing
import Transfer

@testable import Notify

/// What each receiver gets for each kind of notice; `RECORD_GOLDEN=1` writes it anew and fails that run.
@Suite struct PayloadTests {
    static let secrets = SecretReader { _ in .failure(ChannelProblem("no secrets here")) }

    private static func source(_ text: String) -> SecretSource { .literal(Secret(text)) }

    static let channels: [(name: String, way: Channel.Way)] = [
        ("webhook", .webhook(WebhookChannel(url: source("https://hooks.test/x"), signingKey: source("key")))),
        (
            "template",
            .webhook(
                WebhookChannel(
                    url: source("https://hooks.test/x"), headers: [ChannelHeader(name: "X-Team", value: source("ops"))],
                    body: try? NoticeTemplate(#"{"text": "{{summary}} ({{target}})", "value": {{value}}, "at": "{{started_at}}"}"#)))
        ),
        ("discord", .discord(DiscordChannel(url: source("https://discord.test/api/webhooks/1/token"), username: "night watch"))),
        ("slack", .slack(SlackChannel(url: source("https://slack.test/services/T/B/token")))),
        ("ntfy", .ntfy(NtfyChannel(url: source("https://ntfy.test"), topic: source("ops"), token: source("tk_x")))),
        (
            "pagerduty",
            .pagerduty(
                PagerDutyChannel(url: source("https://pager.test/v2/enqueue"), routingKey: source(String(repeating: "k", count: 32))))
        ),
        (
            "alertmanager",
            .alertmanager(
                AlertmanagerChannel(
                    url: source("http://am.test:9093"), labels: [.init(name: "team", value: "ops"), .init(name: "job", value: "x")]))
        ),
        ("command", .command(CommandChannel(arguments: ["/usr/local/bin/tell", "ops"]))),
    ]

    private func text(of request: ChannelRequest) throws -> String {
        switch request {
        case .mail(let mail): return String(decoding: mail.message, as: UTF8.self)
        case .command(let arguments, let input): return "\(arguments)\n" + (try pretty(input))
        case .http(let http, let rule):
            let headers = http.headers.map { "\($0.name): \($0.value)\n" }.joined()
            return "\(http.method) \(http.url) (\(rule))\n\(headers)\n" + (try pretty(http.body ?? []))
        }
    }

    private func pretty(_ body: [UInt8]) throws -> String {
        let value = try JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
        let data = try JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    @Test(arguments: channels.map(\.name))
    func everyReceiverGetsWhatItKnows(_ name: String) throws {
        let way = try #require(Self.channels.first { $0.name == name }?.way)
        var text = ""
        for (occasion, notice) in Notices.all {
            let request = try ChannelRequest(notice, through: Channel(name: name, way: way), secrets: Self.secrets, now: Notices.now)
            text += "## \(occasion)\n\(try self.text(of: request))"
        }
        let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(text.utf8).write(to: golden)
            Issue.record("recorded \(golden.path)")
        }
        let expected = try String(contentsOf: golden, encoding: .utf8).components(separatedBy: "## ")
        let found = text.components(separatedBy: "## ")
        for (left, right) in zip(expected, found) { #expect(left == right) }
        #expect(expected.count == found.count)
    }

    @Test(arguments: [
        (4, "abcd", "abcd"), (12, "abcdefghijkl", "abcdefghijkl"), (12, "abcdefghijklm", "abcde… (cut)"), (3, "abcd", ""),
        (20, "👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦… (cut)"), (16, "👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "… (cut)"),
    ])
    func aCutIsBetweenCharactersAndSaid(_ limit: Int, _ text: String, _ expected: String) {
        let cut = TextLimit.units(limit).cut(text)
        #expect(cut == expected)
        #expect(cut.utf16.count <= limit)
    }

    @Test func bytesAreCountedWhereBytesCount() {
        #expect(TextLimit.bytes(12).cut("üüüüüüü") == "ü… (cut)")
        #expect(TextLimit.units(20, as: { $0 == "&" ? "&amp;" : String($0) }).cut("&&&&&") == "&&… (cut)")
    }

    @Test func everyTextIsCutToWhatItsReceiverTakes() throws {
        let words = try JSONSerialization.jsonObject(with: Data(JSONBody.bytes(of: PagerDutyEvent(Notices.long, routingKey: "k"))))
        let payload = try #require((words as? [String: Any])?["payload"] as? [String: Any])
        let summary = try #require(payload["summary"] as? String)
        #expect(summary.utf16.count <= 1024 && summary.hasSuffix("… (cut)"))
        let ntfy = NtfyMessage(Notices.long, topic: "t")
        #expect(ntfy.message.utf8.count <= 4096 && ntfy.message.utf8.count > 4000 && ntfy.message.hasSuffix("… (cut)"))
        #expect(ntfy.title.utf8.count <= 250)
        let discord = DiscordMessage(Notices.long)
        #expect(discord.content.utf16.count <= 2000 && discord.content.hasSuffix("… \\(cut\\)"))
        let embed = try #require(discord.embeds.first)
        let sizes = embed.fields.map { $0.name.utf16.count + $0.value.utf16.count }
        #expect(sizes.reduce(0, +) + (embed.description?.utf16.count ?? 0) + embed.footer.text.utf16.count <= 6000)
        let slack = SlackMessage(Notices.long)
        #expect(slack.text.utf16.count <= 3000 && slack.blocks.allSatisfy { ($0.text?.text.utf16.count ?? 0) <= 3000 })
        #expect(slack.blocks.first.map { ($0.text?.text.utf16.count ?? 0) <= 150 } == true)
        #expect(try WebhookMessage(Notices.long).body().count < 256 * 1024)
    }

    @Test func anEndEndsTheAlertOfEitherSeverity() {
        let message = AlertmanagerMessage(Notices.resolved, expireAfter: .seconds(86_400), now: Notices.now)
        #expect(message.alerts.map { $0.labels["severity"] } == ["critical", "warning"])
        #expect(Set(message.alerts.map(\.endsAt)) == ["2026-11-30T19:20:30Z"])
        let changed = AlertmanagerMessage(
            Notices.disk(.severity, severity: .warning, sequence: 2), expireAfter: .seconds(86_400), now: Notices.now)
        #expect(changed.alerts.map(\.endsAt) == ["2026-12-01T17:51:05Z", "2026-11-30T17:51:05Z"])
    }

    @Test func anEndBeforeTheStartIsNotSaid() {
        var notice = Notices.resolved
        notice.endedAt = notice.startedAt - 5000
        let message = AlertmanagerMessage(notice, expireAfter: .seconds(300), now: Notices.now)
        #expect(message.alerts.allSatisfy { $0.endsAt == $0.startsAt })
    }
}
