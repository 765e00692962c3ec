import Foundation
import JobKit
import Testing

@testable import HealthJob

/// What is known of other runs, judged.
@Suite struct RunCheckTests {
    private let site: Site
    private let now: Date

    init() throws {
        site = try Site()
        now = Date(timeIntervalSince1970: 1_800_100_000)
    }

    private func look(_ settings: String, _ facts: WireFacts?) throws -> [WireEvent.Check] {
        let (read, findings) = HealthSettings.read(from: try node(settings), at: ["with"])
        try #require(findings.isEmpty, "\(findings)")
        let check = try #require(read?.checks.first)
        var scene = site.scene()
        scene.now = now
        scene.facts = facts
        func results<Check: HealthCheck>(of check: Check) -> [WireEvent.Check] {
            var memory: Check.Memory?
            return check.look(scene, memory: &memory)
        }
        return results(of: check)
    }

    private func problems(_ settings: String) throws -> [String] {
        HealthSettings.read(from: try node(settings), at: ["with"]).findings.map(\.problem)
    }

    private func run(_ state: String, hoursAgo: Double = 1, success: Double? = nil, summary: String? = nil) -> WireFacts.LastRun {
        WireFacts.LastRun(
            run: "01R", state: state, endedAt: now - hoursAgo * 3600, summary: summary, lastSuccessAt: success.map { now - $0 * 3600 })
    }

    @Test func whatARunSaidOfItselfIsQuotedWithoutSecrets() throws {
        let facts = WireFacts(lastRuns: ["a": run("failed", success: 1, summary: "login failed: password=hunter2 for bot")])
        let result = try look(#"{"last_run": {"jobs": {"a": {}}}}"#, facts)[0]
        #expect(result.reason == "its last run 01R ended as failed: login failed: password=*** for bot")
    }

    @Test(
        "a job is as well as it ended last",
        arguments: [
            ("succeeded", WireEvent.Check.State.ok), ("warning", .warning), ("cancelled", .warning), ("failed", .critical),
            ("timed_out", .critical), ("interrupted", .critical), ("of a later release", .critical),
        ])
    func states(state: String, expected: WireEvent.Check.State) throws {
        let result = try look(
            #"{"last_run": {"jobs": {"a": {}}}}"#, WireFacts(lastRuns: ["a": run(state, success: 1, summary: "3 files")]))[0]
        #expect(result.state == expected && result.target == "a" && result.value == 3600 && result.unit == "s")
        #expect(result.reason == (expected == .ok ? nil : "its last run 01R ended as \(state): 3 files"))
        #expect(result.inputs?["last_success_at"] == "2027-01-16T10:46:40Z")
    }

    @Test func theAgeOfTheLastSuccessCountsWhateverCameAfter() throws {
        let settings = #"{"last_run": {"jobs": {"a": {"warning": "2h", "critical": "4h"}, "never": {}}}}"#
        let old = try look(settings, WireFacts(lastRuns: ["a": run("warning", success: 2)]))
        #expect(old.map(\.state) == [.warning, .unknown])
        #expect(old[0].reason == "its last success is 2h old" && old[0].warning == 7200 && old[0].critical == 14_400)
        #expect(old[1].reason == "no run of never that ended is recorded")
        #expect(try look(settings, WireFacts(lastRuns: ["a": run("succeeded", success: 4)]))[0].state == .critical)
        #expect(try look(settings, WireFacts(lastRuns: ["a": run("succeeded", success: 1.99)]))[0].state == .ok)
        let none = try look(settings, WireFacts(lastRuns: ["a": run("cancelled")]))[0]
        #expect(none.state == .critical && none.reason == "its last success is none yet")
        #expect(try look(settings, nil).map(\.state) == [.unknown, .unknown])
    }

    @Test func theNewestGoodPointOfAllJobsCounts() throws {
        let settings = #"{"backup_freshness": {"backups": {"bot": {"jobs": ["full", "incremental"]}, "solo": {"warning": "1h"}}}}"#
        func point(_ hours: Double) -> WireFacts.Point { WireFacts.Point(run: "01P\(Int(hours))", endedAt: now - hours * 3600) }
        let found = try look(settings, WireFacts(points: ["full": point(60), "incremental": point(25), "solo": point(1)]))
        #expect(found.map(\.state) == [.ok, .warning] && found[0].value == 25 * 3600 && found[0].inputs?["run"] == "01P25")
        #expect(found[1].reason == "the newest good point is 1h old" && found[1].inputs?["jobs"] == "solo")
        #expect(try look(settings, WireFacts(points: ["full": point(26)]))[0].state == .warning)
        #expect(try look(settings, WireFacts(points: ["full": point(50)]))[0].state == .critical)
        let none = try look(settings, WireFacts(points: [:]))
        #expect(none.map(\.state) == [.critical, .critical] && none[0].reason == "no good point of full, incremental is recorded")
        #expect(try look(settings, nil).map(\.state) == [.unknown, .unknown])
    }

    @Test func aPointFromTheFutureIsNoGoodSign() throws {
        let point = WireFacts.Point(run: "01P", endedAt: now + 3600)
        let result = try look(#"{"backup_freshness": {"backups": {"bot": {}}}}"#, WireFacts(points: ["bot": point]))[0]
        #expect(result.state == .warning)
        #expect(result.reason == "the newest good point lies in the future, at 2027-01-16T12:46:40Z: look at the clock")
    }

    @Test func settingsThatCannotBeMeantAreRefused() throws {
        #expect(try problems(#"{"last_run": {}}"#) == ["with.last_run names no job"])
        #expect(try problems(#"{"backup_freshness": {"backups": {}}}"#) == ["with.backup_freshness names no backup"])
        let ages = try problems(#"{"last_run": {"jobs": {"a": {"warning": "2h", "critical": "2h"}}}}"#)
        #expect(ages == ["with.last_run.jobs.a has warning 2h, which does not lie below critical 2h"])
    }
}
