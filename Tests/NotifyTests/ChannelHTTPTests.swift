import Foundation
import JobKit
import SchedulerCore
import Synchronization
import Testing

@testable import Notify

/// Deliveries to a server in Python that checks what the services document, and misbehaves.
@Suite struct ChannelHTTPTests {
    private func sender(secrets: [String: String] = [:]) -> ChannelSender {
        ChannelSender(
            userAgent: "acore-sched/test",
            secrets: SecretReader { name in
                secrets[name].map { .success(Array($0.utf8)) } ?? .failure(ChannelProblem("secret:\(name) cannot be read"))
            }, now: { Notices.now }, report: { Issue.record("nobody should hear \($0)") })
    }

    private func server() throws -> PythonServer { try PythonServer("receiver", ["FOLDER/log"]) }

    private func webhook(_ server: PythonServer, _ path: String, timeout: Duration = .seconds(60)) -> Channel {
        Channel(name: "hook", way: .webhook(WebhookChannel(url: .literal(Secret(server.url + path)))), timeout: timeout)
    }

    private func ways(_ server: PythonServer) -> [(path: String, way: Channel.Way)] {
        func at(_ path: String) -> SecretSource { .literal(Secret(server.url + path)) }
        return [
            ("/discord", .discord(DiscordChannel(url: at("/discord"), username: "night watch"))),
            ("/slack", .slack(SlackChannel(url: at("/slack")))),
            ("/ntfy", .ntfy(NtfyChannel(url: at("/ntfy"), topic: .literal(Secret("ops"))))),
            (
                "/pagerduty",
                .pagerduty(PagerDutyChannel(url: at("/pagerduty"), routingKey: .literal(Secret(String(repeating: "k", count: 32)))))
            ),
            ("/api/v2/alerts", .alertmanager(AlertmanagerChannel(url: at("")))),
        ]
    }

    @Test func everyServiceTakesEveryNotice() async throws {
        let server = try server()
        let notices = Notices.all.map(\.notice) + [Notices.long]
        for (path, way) in ways(server) {
            for notice in notices {
                let outcome = await sender().deliver(notice, through: Channel(name: "c", way: way))
                #expect(outcome == .delivered, "\(path) \(notice.occasion)")
            }
        }
        let log = try server.log()
        #expect(log.count == 5 * notices.count)
        #expect(log.allSatisfy { ($0["faults"] as? [String])?.isEmpty == true })
    }

    @Test func aWebhookIsSignedAndTellsDoublesApart() async throws {
        let server = try server()
        let webhook = WebhookChannel(
            url: .named("hook"), headers: [ChannelHeader(name: "Authorization", value: .named("login"))], signingKey: .named("key"))
        let sender = sender(secrets: ["hook": "\(server.url)/ok?token=hidden\n", "login": "Bearer x", "key": "shared secret ü"])
        let channel = Channel(name: "hook", way: .webhook(webhook))
        for _ in 1...2 { #expect(await sender.deliver(Notices.disk(), through: channel) == .delivered) }
        let log = try server.log()
        #expect(log.map { $0["path"] as? String } == ["/ok?token=hidden", "/ok?token=hidden"])
        let headers = try #require(log.first?["headers"] as? [String: String])
        #expect(headers["Idempotency-Key"] == Notices.delivery.rawValue && headers["Content-Type"] == "application/json")
        #expect(headers["Authorization"] == "Bearer x" && headers["User-Agent"] == "acore-sched/test")
        let body = try #require(log.first?["body"] as? String)
        #expect(try WebhookMessage(Notices.disk()).body() == Array(body.utf8))
        // Somebody else's arithmetic, by the receiver's recipe.
        let recipe = """
            import hashlib, hmac, json, sys
            log = json.loads(open(sys.argv[1]).readline())
            parts = dict(part.split("=") for part in log["headers"]["X-Signature"].split(","))
            signed = parts["t"].encode() + b"." + log["body"].encode()
            print(parts["t"], hmac.compare_digest(hmac.new("shared secret ü".encode(), signed, hashlib.sha256).hexdigest(), parts["v1"]))
            """
        let verdict = try PythonServer.run(["python3", "-c", recipe, server.folder.path + "/log"])
        #expect(verdict == "\(Notices.now / 1000) True\n")
    }

    @Test(arguments: [
        ("/status/429/7", DeliveryOutcome.again(reason: "URL answered with status 429", retryAfter: .seconds(7))),
        ("/status/503/Mon,%2030%20Nov%202026%2017:52:05%20GMT", .again(reason: "URL answered with status 503", retryAfter: .seconds(60))),
        ("/status/500", .again(reason: "URL answered with status 500", retryAfter: nil)),
        ("/status/404", .refused(reason: "URL answered with status 404")),
        (
            "/redirect",
            .refused(reason: "URL answered with status 302: redirects are not followed; write the address that it leads to")
        ),
        ("/drop", .again(reason: "the exchange with URL broke off: Server returned nothing (no headers, no data)", retryAfter: nil)),
        ("/die", .again(reason: "the exchange with URL broke off: Server returned nothing (no headers, no data)", retryAfter: nil)),
        // The status has come: the receiver has the notice, and would have it twice.
        ("/half", .delivered), ("/huge", .delivered),
    ])
    func everyMisbehaviourHasItsVerdict(_ path: String, _ expected: DeliveryOutcome) async throws {
        let server = try server()
        let outcome = await sender().deliver(Notices.disk(), through: webhook(server, path + "?secret=1"))
        #expect(Self.masked(outcome, server.url) == expected)
        // A redirect that was followed would have left a second line.
        #expect(try server.log().count == 1)
    }

    private static func masked(_ outcome: DeliveryOutcome, _ url: String) -> DeliveryOutcome {
        switch outcome {
        case .delivered: .delivered
        case .again(let reason, let pause): .again(reason: reason.replacing(url, with: "URL"), retryAfter: pause)
        case .refused(let reason): .refused(reason: reason.replacing(url, with: "URL"))
        }
    }

    @Test func aServerThatIsSilentIsGivenUpInTime() async throws {
        let server = try server()
        let outcome = await sender().deliver(Notices.disk(), through: webhook(server, "/slow", timeout: .milliseconds(300)))
        #expect(outcome == .again(reason: "\(server.url) did not answer in time", retryAfter: nil))
    }

    @Test func discordsPauseIsTakenFromItsAnswer() async throws {
        let server = try server()
        let answer = #"{"retry_after":1.25}"#.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let way = Channel.Way.discord(DiscordChannel(url: .literal(Secret("\(server.url)/status/429/60?\(answer)"))))
        let outcome = await sender().deliver(Notices.disk(), through: Channel(name: "chat", way: way))
        #expect(outcome == .again(reason: "\(server.url) answered with status 429", retryAfter: .milliseconds(1250)))
    }

    @Test func nobodyThereIsTriedAgainAndSaidWithoutTheAddress() async throws {
        let way = Channel.Way.slack(SlackChannel(url: .literal(Secret("http://user:hidden@127.0.0.1:1/services/hidden"))))
        let outcome = await sender().deliver(Notices.disk(), through: Channel(name: "chat", way: way))
        #expect(outcome == .again(reason: "http://127.0.0.1:1 is not reachable: Connection refused", retryAfter: nil))
    }

    @Test(arguments: [
        ("", "secret:hook is empty, or not one line of text; put the bare value into its file"),
        ("https://a.test/x\r\nX: y\n", "secret:hook is empty, or not one line of text; put the bare value into its file"),
        ("not an address", "what url of channel chat leads to is no web address; it begins with https:// and has no blanks in it"),
        ("file:///etc/passwd", "what url of channel chat leads to is no web address; it begins with https:// and has no blanks in it"),
    ])
    func aSecretThatIsNoAddressIsRefused(_ content: String, _ reason: String) async {
        let channel = Channel(name: "chat", way: .slack(SlackChannel(url: .named("hook"))))
        #expect(await sender(secrets: ["hook": content]).deliver(Notices.disk(), through: channel) == .refused(reason: reason))
        #expect(await sender().deliver(Notices.disk(), through: channel) == .refused(reason: "secret:hook cannot be read"))
    }

    @Test func hostileTextStaysWhatItIs() async throws {
        let server = try server()
        let template = try NoticeTemplate(#"{"text": "{{summary}}", "who": "{{acknowledged_by}}", "value": {{value}}}"#)
        let webhook = WebhookChannel(url: .literal(Secret("\(server.url)/ok")), body: template)
        #expect(await sender().deliver(Notices.hostile, through: Channel(name: "hook", way: .webhook(webhook))) == .delivered)
        let body = try #require(try server.log().first?["body"] as? String)
        let value = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        #expect(value["text"] as? String == Notices.hostile.summary && value["who"] as? String == Notices.hostile.summary)
        #expect(value.count == 3 && value["value"] is NSNull)
    }
}
