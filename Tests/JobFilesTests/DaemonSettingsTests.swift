import Foundation
import JobKit
import SchedulerCore
import Testing

@testable import JobFiles

@Suite struct DaemonSettingsTests {
    private func load(_ text: String, environment: [String: String] = [:]) throws -> (settings: DaemonSettings, findings: [FileFinding]) {
        let scratch = try Scratch()
        try scratch.write("acore-sched.yaml", text)
        return DaemonSettings.load("\(scratch.path)/acore-sched.yaml", environment: environment, privileged: false)
    }

    @Test func withoutAFileTheDefaultsHold() {
        let loaded = DaemonSettings.load("/nonexistent/acore-sched.yaml", environment: [:], privileged: false)
        #expect(loaded.findings.isEmpty)
        #expect(loaded.settings == DaemonSettings())
        #expect(loaded.settings.maxRuns == 16 && loaded.settings.maxCatchUpRuns == 2 && loaded.settings.groups.isEmpty)
        #expect(loaded.settings.history == HistoryRule() && loaded.settings.ledgerMaximumBytes == 1 << 30)
    }

    @Test func theDaemonsOwnHeartbeatIsASecretOrAnAddress() throws {
        let loaded = try load("heartbeat: {url: secret:alive, interval: 1m}\n")
        #expect(loaded.findings.isEmpty)
        #expect(loaded.settings.heartbeat == HeartbeatSettings(url: .named("alive"), interval: .seconds(60)))
        #expect(DaemonSettings().heartbeat == nil)
        let token = "https://hc-ping.example/5bd8a2f0c1b24d0f9a1e"
        for (text, problem) in [
            ("{interval: 1m}", "heartbeat.url is missing"), ("{url: example.org}", "heartbeat.url is no web address"),
            ("{url: \"\(token)\"}", "heartbeat.url is a secret, and it stands in the daemon's file"),
        ] {
            let findings = try load("heartbeat: \(text)\n").findings
            #expect(findings.map(\.problem) == [problem])
            #expect(!"\(findings)".contains("5bd8a2"), "no line of it is shown")
        }
    }

    @Test func everyKeyIsRead() throws {
        let loaded = try load(
            """
            max_runs: 4
            max_catch_up_runs: 1
            groups: {disk: 2, net: 3}
            history: {keep: 5, max_age: 7d}
            ledger: {max_size: 10M}
            secrets_directory: ${BASE}/secrets
            log_level: debug
            log_format: json
            state_directory: /var/lib/x
            jobs_directory: /etc/x
            listen: "[::1]:9180"
            listen_details: true
            """, environment: ["BASE": "/etc/acore"])
        #expect(loaded.findings.isEmpty)
        let settings = loaded.settings
        #expect(settings.maxRuns == 4 && settings.maxCatchUpRuns == 1 && settings.groups == ["disk": 2, "net": 3])
        #expect(settings.history == HistoryRule(keep: 5, maxAge: .seconds(604_800)) && settings.ledgerMaximumBytes == 10 << 20)
        #expect(settings.secretsDirectory == "/etc/acore/secrets")
        #expect(settings.logLevel == .debug && settings.logFormat == .json)
        #expect(settings.stateDirectory == "/var/lib/x" && settings.jobsDirectory == "/etc/x")
        #expect(settings.listen?.host == "::1" && settings.listen?.port == 9180 && settings.listenDetails)
    }

    @Test(
        "refused",
        arguments: [
            ("max_run: 4\n", "1:1: the file has no setting named max_run; fix: did you mean max_runs?"),
            (
                "groups: {disk: 0}\n",
                "1:16: groups.disk must be a whole number from 1 to 10000, not 0; fix: write a whole number from 1 to 10000"
            ),
            ("- a\n", "1:1: the file must be a mapping of settings, not a list; fix: write setting: value, one a line, indented below it"),
            (
                "listen: 127.0.0.1\n",
                "1:9: 127.0.0.1 has no port; fix: write for example 127.0.0.1:9180 or \"[::1]:9180\""
            ),
            (
                "log_level: info\nlisten: localhost:9180\n",
                "2:9: localhost:9180 does not begin with an address in digits; fix: write for example 127.0.0.1:9180 or \"[::1]:9180\""
            ),
            (
                "listen: 127.0.0.1:0\n",
                "1:9: 127.0.0.1:0 does not end in a port from 1 to 65535; fix: write for example 127.0.0.1:9180 or \"[::1]:9180\""
            ),
            (
                "listen: 0.0.0.0:9180\n",
                "1:9: 0.0.0.0:9180 can be asked from other machines, by anybody, without encryption; fix: write 127.0.0.1:9180; or listen_unencrypted: true, where a firewall or a proxy keeps others out"
            ),
            ("listen: \"::1:9180\"\n", "1:9: the address of ::1:9180 has colons and no brackets; fix: write \"[::1]:9180\""),
            (
                "state_directory: x\n",
                "1:18: state_directory must be an absolute path, not \"x\"; fix: begin it with /; relative paths mean another folder to each program"
            ),
        ])
    func refuses(_ text: String, _ expected: String) throws {
        let loaded = try load(text)
        #expect(loaded.findings.map { "\($0.line):\($0.column): \($0.problem); fix: \($0.fix)" } == [expected])
        #expect(loaded.settings == DaemonSettings())
    }

    @Test(arguments: [
        "127.0.0.1:1": true, "127.9.8.7:65535": true, "[::1]:80": true, "[0:0:0:0:0:0:0:1]:80": true, "0.0.0.0:80": false, "[::]:80": false,
        "192.0.2.7:80": false, "[2001:db8::1]:80": false,
    ])
    func anAddressThatOthersReachHasToBeAllowedAndTellsNoDetails(_ address: String, _ isLoopback: Bool) throws {
        let loaded = try load("listen: \"\(address)\"\nlisten_details: true\nlisten_unencrypted: true\n")
        #expect(loaded.settings.listen?.isLoopback == isLoopback && loaded.settings.listenDetails == isLoopback)
        #expect(loaded.findings.map(\.line) == (isLoopback ? [] : [2]))
        #expect(loaded.findings.allSatisfy { $0.severity == .warning })
        let refused = try load("listen: \"\(address)\"\n")
        #expect(refused.findings.map(\.severity) == (isLoopback ? [] : [.error]))
    }

    @Test(arguments: [
        "127.0.0.1:99999", "127.0.0.1:+80", "127.0.0.1: 80", "[127.0.0.1]:80", "127.1:80", ":80", "[::1]", "[::1:80", "::1]:80", "[]:80",
        "[::1%lo]:80",
    ])
    func whatIsNoAddressIsRefused(_ text: String) throws {
        let loaded = try load("listen: \"\(text)\"\n")
        #expect(loaded.findings.map(\.severity) == [.error] && loaded.settings.listen == nil)
    }

    @Test func anEmptyFileIsRefusedAsTheJobFilesAre() throws { #expect(try load("").findings.map(\.problem) == ["the file is empty"]) }
}
