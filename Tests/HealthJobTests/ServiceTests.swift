import Foundation
import JobKit
import Testing

@testable import HealthJob

/// Units of systemd.
@Suite struct ServiceTests {
    private let site: Site

    init() throws { site = try Site() }

    private func unit(_ name: String, _ active: String, _ sub: String, result: String = "success", restarts: Int = 0, more: String = "")
        -> String
    {
        "Id=\(name)\nLoadState=loaded\nActiveState=\(active)\nSubState=\(sub)\nResult=\(result)\nNRestarts=\(restarts)\n\(more)"
    }

    private func look(_ units: String, _ answers: [String], _ memory: inout ServiceDependencies.Memory?) throws -> [WireEvent.Check] {
        let program = try site.systemctl(answers.joined(separator: "\n"))
        let check = try check(ServiceDependencies.self, #"{"units": {\#(units)}}"#, common: #"{"systemctl": "\#(program)"}"#)
        return check.look(site.scene(), memory: &memory)
    }

    @Test func areAskedForInOneCall() throws {
        var memory: ServiceDependencies.Memory?
        let results = try look(
            #""a.service": {}, "b.timer": {}"#, [unit("a.service", "active", "running"), unit("b.timer", "active", "waiting")], &memory)
        #expect(results.map(\.title) == ["service_dependencies of a.service", "service_dependencies of b.timer"])
        #expect(results.map(\.state) == [.ok, .ok])
        #expect(try results[0].input("SubState") == "running")
        let calls = try site.text("calls").split(separator: "\n")
        #expect(calls.count == 1)
        #expect(calls[0].hasSuffix(" -- a.service b.timer"))
    }

    @Test(
        arguments: [
            ("loaded", "active", "exited", "success", "ok", nil),
            ("loaded", "inactive", "dead", "success", "critical", "the unit is inactive (dead)"),
            ("loaded", "failed", "failed", "oom-kill", "critical", "the unit is failed (failed), result oom-kill"),
            ("loaded", "activating", "start-pre", "success", "warning", "the unit is activating (start-pre)"),
            ("loaded", "activating", "auto-restart", "exit-code", "critical", "it ended (exit-code) and waits for its restart"),
            ("loaded", "deactivating", "stop-sigterm", "success", "warning", "the unit is deactivating (stop-sigterm)"),
            ("not-found", "inactive", "dead", "success", "critical", "there is no such unit"),
            ("masked", "inactive", "dead", "success", "critical", "the unit is masked"),
            ("bad-setting", "inactive", "dead", "success", "critical", "the unit's file has a fault: bad-setting"),
            ("loaded", "odd", "odd", "success", "unknown", "systemd says of its state: odd (odd)"),
        ] as [(String, String, String, String, String, String?)])
    func eachStateHasItsJudgement(_ load: String, _ active: String, _ sub: String, _ result: String, _ state: String, _ reason: String?) {
        let properties = UnitProperties("LoadState=\(load)\nActiveState=\(active)\nSubState=\(sub)\nResult=\(result)\n")
        let judgement = UnitState(properties).judgement
        #expect(judgement.state.rawValue == state)
        #expect(judgement.reason == reason)
    }

    @Test func aChildWhoseParentIsDownIsSuppressedAndSaysSo() throws {
        var memory: ServiceDependencies.Memory?
        let results = try look(
            #""net.service": {}, "ollama.service": {}, "bot.service": {"parents": ["ollama.service"]}, "web.service": {"parents": ["net.service"]}"#,
            // The order in which they are asked for.
            [
                unit("bot.service", "failed", "failed", result: "exit-code"), unit("net.service", "failed", "failed", result: "timeout"),
                unit("ollama.service", "inactive", "dead", more: "Requires=system.slice net.service\n"),
                unit("web.service", "active", "running"),
            ], &memory)
        #expect(results.map(\.state) == [.unknown, .critical, .unknown, .ok])
        #expect(results[2].reason == "suppressed: net.service, which it needs, is down; the unit is inactive (dead)")
        #expect(results[0].reason == "suppressed: net.service, which it needs, is down; the unit is failed (failed), result exit-code")
        #expect(try results[0].input("suppressed_by") == "net.service")
        #expect(HealthReport(results).overall == .critical)
    }

    @Test func unitsThatNeedEachOtherDoNotHideEachOther() throws {
        var memory: ServiceDependencies.Memory?
        let results = try look(
            #""a.service": {"parents": ["b.service"]}, "b.service": {"parents": ["a.service"]}"#,
            [unit("a.service", "failed", "failed"), unit("b.service", "failed", "failed")], &memory)
        #expect(results.map(\.state) == [.critical, .critical])
    }

    @Test func aRestartSinceTheLookBeforeIsAWarning() throws {
        var memory: ServiceDependencies.Memory?
        #expect(try look(#""a.service": {}"#, [unit("a.service", "active", "running", restarts: 3)], &memory)[0].state == .ok)
        let result = try look(#""a.service": {}"#, [unit("a.service", "active", "running", restarts: 5)], &memory)[0]
        #expect(result.state == .warning)
        #expect(result.reason == "systemd restarted it 2 times since the look before")
        #expect(try look(#""a.service": {}"#, [unit("a.service", "active", "running", restarts: 0)], &memory)[0].state == .ok)
    }

    @Test func anAnswerThatIsNotWholeIsUnknown() throws {
        var memory: ServiceDependencies.Memory?
        let results = try look(#""a.service": {}, "b.service": {}"#, [unit("a.service", "active", "running")], &memory)
        #expect(results.map(\.state) == [.unknown, .unknown])
        #expect(results[0].reason == "\(site.path)/systemctl show spoke of 1 units, not of 2")
    }

    @Test func whatSystemctlRepeatsIsNotShown() throws {
        let program = try site.systemctl("", status: 1, errors: "bad environment: TOKEN=hunter2\n")
        let check = try check(ServiceDependencies.self, #"{"units": {"a.service": {}}}"#, common: #"{"systemctl": "\#(program)"}"#)
        var memory: ServiceDependencies.Memory?
        let result = check.look(site.scene(), memory: &memory)[0]
        #expect(result.reason == "\(program) show ended with status 1: bad environment: TOKEN=***")
    }

    @Test func aSystemctlThatHangsIsEnded() throws {
        let program = try site.script("slow", "#!/bin/sh\nsleep 607\n")
        let check = try check(
            ServiceDependencies.self, #"{"units": {"a.service": {}}}"#, common: #"{"systemctl": "\#(program)", "deadline": "200ms"}"#)
        var memory: ServiceDependencies.Memory?
        let begin = ContinuousClock.now
        let result = check.look(site.scene(), memory: &memory)[0]
        #expect(ContinuousClock.now - begin < .seconds(30))
        #expect(result.state == .unknown)
        #expect(result.reason?.hasSuffix("had not ended after 200ms") == true, "\(result)")
    }
}
