import CommandJob
import Foundation
import JobKit
import SchedulerCore
import Testing

@testable import JobFiles

/// The shipped file of the daemon, with what people set in its environment.
@Suite struct ForeignValuesTests {
    private static let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "deployment/acore-sched.yaml").path

    private func load(_ environment: [String: String], _ path: String = shipped) -> (settings: DaemonSettings, findings: [FileFinding]) {
        DaemonSettings.load(path, environment: environment, privileged: false)
    }

    private func recipients(_ settings: DaemonSettings) -> [String] {
        settings.channels.flatMap { channel -> [String] in
            if case .email(let email) = channel.way { email.to.map(\.address) } else { [] }
        }
    }

    @Test(arguments: [
        ("ops@example.org", ["ops@example.org"]), ("a@example.org,b@example.org", ["a@example.org", "b@example.org"]),
        (" a@example.org, \"Boss, the\" <b@example.org>, ", ["a@example.org", "b@example.org"]),
    ])
    func severalAddressesStandInOneVariable(_ text: String, _ expected: [String]) {
        let loaded = load(["ALERT_EMAIL": text])
        #expect(loaded.findings.isEmpty && recipients(loaded.settings) == expected, "\(loaded.findings)")
    }

    @Test(arguments: ["Discord", "DISCORD", "discord"])
    func theTypeMayHaveAnyCase(_ type: String) {
        let loaded = load(["ALERT_WEBHOOK_TYPE": type, "ALERT_WEBHOOK_URL": "secret:hook"])
        #expect(loaded.findings.isEmpty && loaded.settings.channels.map(\.name) == ["webhook"], "\(loaded.findings)")
        #expect(loaded.settings.channels.first?.way == .discord(DiscordChannel(url: .named("hook"), username: nil)))
    }

    struct Wrong: Sendable {
        let environment: [String: String]
        let channel: String
        let problem: String
    }

    @Test(arguments: [
        Wrong(environment: ["ALERT_EMAIL": "nobody"], channel: "mail", problem: "channels.mail.to must be an address for mail"),
        Wrong(environment: ["ALERT_EMAIL": "a@example.org;b@example.org"], channel: "mail", problem: "channels.mail.to must be an address"),
        Wrong(environment: ["ALERT_EMAIL": ","], channel: "mail", problem: "channels.mail.to must name 1 to 50 addresses"),
        Wrong(
            environment: ["ALERT_EMAIL": "a@example.org", "SMTP_HOST": "no host"], channel: "mail", problem: "channels.mail.host must be"),
        Wrong(
            environment: ["ALERT_WEBHOOK_URL": "htps://hook.example/5eCr3t"], channel: "webhook",
            problem: "channels.webhook.url must be a web address"),
        Wrong(
            environment: ["ALERT_WEBHOOK_URL": "https://hook.example/x", "ALERT_WEBHOOK_TYPE": "teams"], channel: "webhook",
            problem: "channels.webhook.type must be one of "),
    ])
    func aWrongValueLeavesADaemonWhoseChannelRefuses(_ row: Wrong) throws {
        let loaded = load(row.environment.merging(["MORE": "1"]) { first, _ in first })
        let finding = try #require(loaded.findings.first { $0.problem.hasPrefix(row.problem) }, "\(loaded.findings)")
        #expect(finding.severity == .warning && !loaded.findings.contains { $0.severity == .error }, "\(loaded.findings)")
        #expect(finding.problem.hasSuffix("until it is right the channel \(row.channel) tells nobody"))
        let channel = try #require(loaded.settings.channels.first { $0.name == row.channel })
        guard case .unusable(let reason) = channel.way else {
            Issue.record("\(channel.way)")
            return
        }
        #expect(reason.hasPrefix(row.problem) && reason.contains("; fix: "))
        #expect(loaded.settings.alerts.channels == [row.channel])
        #expect(loaded.settings.maxRuns == 16 && loaded.settings.operators == ["acore-sched"])
        #expect(!"\(loaded.findings.map { $0.rendered() })\(loaded.settings.channels)".contains("5eCr3t"))
    }

    @Test func aChannelThatIsOffStaysOff() {
        let loaded = load(["ALERT_WEBHOOK_TYPE": "teams"])
        #expect(loaded.settings.channels.isEmpty && loaded.findings.map(\.severity) == [.warning], "\(loaded.findings)")
    }

    @Test func whatTheFileItselfSaysWrongIsAnError() throws {
        let scratch = try Scratch()
        try scratch.write("own.yaml", "max_runs: 3\nchannels: {mail: {type: email, host: h, from: a@b.test, to: nobody}}\n")
        let loaded = load([:], scratch.path + "/own.yaml")
        #expect(loaded.findings.map(\.severity) == [.error] && loaded.settings.maxRuns == 16)
    }

    private func job(_ environment: [String: String]) throws -> JobFileSet {
        let scratch = try Scratch()
        try scratch.write(
            "probe.yaml",
            "uses: command\nenabled: ${MONITORING_ENABLED:-true}\nschedule: \"@every ${MONITORING_INTERVAL:-300}s\"\nwith: {argv: [\"true\"]}\n"
        )
        return loader(environment: environment).load(directory: scratch.path, now: present)
    }

    @Test(arguments: [("1", true), ("0", false), ("no", false), ("TRUE", true), ("", true)])
    func flagsOfFilesOfVariablesAreTaken(_ text: String, _ isEnabled: Bool) throws {
        let set = try job(text.isEmpty ? [:] : ["MONITORING_ENABLED": text])
        #expect(set.findings.isEmpty && set.definitions["probe"]?.enabled == isEnabled, "\(set.findings)")
    }

    @Test(arguments: [
        (["MONITORING_INTERVAL": "5m"], "MONITORING_INTERVAL"), (["MONITORING_ENABLED": "maybe"], "MONITORING_ENABLED"),
    ])
    func whatIsWrongNamesTheVariable(_ environment: [String: String], _ name: String) throws {
        let findings = try job(environment).findings
        #expect(findings.count == 1 && findings.first?.severity == .error, "\(findings)")
        #expect(findings.first?.fix.hasSuffix("; the value is made of \(name), as the environment sets it") == true, "\(findings)")
    }
}
