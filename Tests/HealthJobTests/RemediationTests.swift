import Foundation
import Glibc
import JobKit
import Synchronization
import Testing

@testable import HealthJob

/// Whole runs of a job that restarts a unit. A script stands in for systemctl: it tells a state, and writes down what it is asked.
@Suite struct RemediationTests {
    private let site: Site
    private let up = Uptime()

    /// The time since the boot, as the test sets it.
    private final class Uptime: Sendable {
        let seconds = Mutex(1000.0)
        var duration: Duration { seconds.withLock { .milliseconds(Int64($0 * 1000)) } }
        func pass(_ more: Double) { seconds.withLock { $0 += more } }
    }

    private final class Events: Sendable {
        let all = Mutex<[WireEvent]>([])

        var remediation: [WireEvent.Check] {
            all.withLock { $0.compactMap { if case .check(let check) = $0, check.name == "remediation" { check } else { nil } } }
        }
        var logs: [String] { all.withLock { $0.compactMap { if case .log(let log) = $0 { log.message } else { nil } } } }
        var restarts: Double? {
            all.withLock {
                $0.compactMap { if case .metric(let metric) = $0, metric.name == "remediation_restarts" { metric.value } else { nil } }.last
            }
        }
    }

    init() throws {
        site = try Site()
        try site.write("proc/sys/kernel/random/boot_id", "one\n")
        try site.write("calls", "")
        try state("failed", "failed", result: "exit-code")
        try restart("true")
        _ = try site.script(
            "systemctl",
            "#!/bin/sh\necho \"$@\" >>'\(site.path)/calls'\nif [ $1 = restart ]; then . '\(site.path)/restart'; else cat '\(site.path)/state'; fi\n"
        )
    }

    /// What systemctl tells of the unit.
    private func state(_ active: String, _ sub: String, load: String = "loaded", result: String = "success", more: String = "") throws {
        try site.write("state", "Id=bot.service\nLoadState=\(load)\nActiveState=\(active)\nSubState=\(sub)\nResult=\(result)\n\(more)")
    }

    /// What systemctl does when it is to restart the unit, as a line of shell.
    private func restart(_ line: String) throws { try site.write("restart", line + "\n") }

    private func settings(_ remedy: String = #""after": 1"#, more: String = "") -> String {
        #"{"systemctl": "\#(site.path)/systemctl", "deadline": "60s", "service_dependencies": {"units": {"bot.service": {}}}, "#
            + #""remediation": {\#(more)"units": {"bot.service": {"when": "service_dependencies/bot.service", \#(remedy)}}}}"#
    }

    /// One run; what it tells of the unit.
    @discardableResult
    private func run(
        _ settings: String, facts: WireFacts? = WireFacts(maintenance: []), dryRun: Bool = false, deadline: Date? = nil,
        in events: Events = Events()
    ) async throws -> WireEvent.Check {
        let (read, findings) = HealthSettings.read(from: try node(settings), at: ["with"])
        try #require(findings.isEmpty, "\(findings)")
        let request = WireRequest(
            run: "R", job: "health", attempt: 1, scheduledFor: nil, deadline: deadline, graceSeconds: 5, stateDirectory: site.path,
            dryRun: dryRun, settings: ConfigNode(.null), facts: facts)
        let context = JobContext(request: request, environment: [:]) { event in events.all.withLock { $0.append(event) } }
        let up = up
        let job = HealthJob(
            settings: try #require(read), root: site.path, now: { Date(timeIntervalSince1970: 1_800_000_000) }, sinceBoot: { up.duration })
        do {
            _ = try await job.run(in: context)
        } catch {
            #expect(error.area == "health", "\(error)")
        }
        return try #require(events.remediation.first)
    }

    private var restarts: Int {
        get throws { try site.text("calls").split(separator: "\n").count { $0.hasPrefix("restart ") } }
    }

    @Test func aUnitThatStaysDownIsRestartedAndThatIsTold() async throws {
        let events = Events()
        let settings = settings(#""after": 2"#)
        let first = try await run(settings)
        #expect(first.state == .ok && first.value == 0)
        #expect(first.reason == "service_dependencies of bot.service is critical, in 1 of 2 runs up to now")
        let second = try await run(settings, in: events)
        #expect(second.state == .warning && second.target == "bot.service" && second.value == 1 && second.unit == "restarts")
        #expect(
            second.reason
                == "restarted: service_dependencies of bot.service was critical in 2 runs in a row; restart 1 of at most 5 within an hour, the next one 10s later at the earliest"
        )
        #expect(try site.text("calls").split(separator: "\n").last == "restart --no-ask-password -- bot.service")
        #expect(events.logs.contains("restarts bot.service: service_dependencies of bot.service was critical in 2 runs in a row"))
        #expect(events.logs.contains("bot.service is restarted") && events.restarts == 1)
        try state("active", "running")
        let well = try await run(settings)
        #expect(well.state == .ok && well.reason == nil && well.value == 1)
        #expect(try restarts == 1)
    }

    @Test func backoffAndCapAreKeptFromRunToRun() async throws {
        let settings = settings(#""after": 1, "max_per_hour": 3"#)
        #expect(try await run(settings).state == .warning)
        let waits = try await run(settings)
        #expect(waits.state == .warning)
        #expect(waits.reason == "not restarted: the last restart did not help, and the next one waits another 10s")
        up.pass(10)
        try await run(settings)
        up.pass(20)
        try await run(settings)
        #expect(try restarts == 3)
        up.pass(600)
        let capped = try await run(settings)
        #expect(capped.state == .critical && capped.value == 3)
        #expect(
            capped.reason?.hasPrefix(
                "not restarted: 3 restarts within an hour did not help, and more are not made; the next one may be in 49m30s") == true,
            "\(capped)")
        up.pass(2970)
        try await run(settings)
        #expect(try restarts == 4)
    }

    @Test func nothingIsRestartedWhileARunWorksOnItOrNobodyKnows() async throws {
        let mark = WireFacts.Maintenance(unit: "bot.service", until: Date(timeIntervalSince1970: 1_800_000_600), run: "01U")
        let worked = try await run(settings(), facts: WireFacts(maintenance: [mark]))
        #expect(worked.state == .ok)
        #expect(worked.reason == "not restarted: run 01U works on it, until 2027-01-15T08:10:00Z at the longest")
        for facts in [nil, WireFacts(lastRuns: [:])] {
            let unknown = try await run(settings(), facts: facts)
            #expect(unknown.state == .unknown)
            #expect(unknown.reason?.contains("does not tell which units are worked on") == true)
        }
        #expect(try restarts == 0)
    }

    @Test func aDryRunOnlySaysWhatItWouldDo() async throws {
        let planned = try await run(settings(), dryRun: true)
        #expect(planned.state == .warning)
        #expect(planned.reason == "would be restarted: service_dependencies of bot.service was critical in this run")
        #expect(try restarts == 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: site.path)
        #expect(!left.contains("health.json") && !left.contains("remediation.lock"))
    }

    @Test func explainNeverRestarts() async throws {
        let (read, _) = HealthSettings.read(from: try node(settings()), at: ["with"])
        let job = HealthJob(settings: try #require(read), root: site.path, now: { Date(timeIntervalSince1970: 1_800_000_000) })
        let request = WireRequest(
            run: "R", job: "health", attempt: 1, scheduledFor: nil, deadline: nil, graceSeconds: 5, stateDirectory: site.path,
            dryRun: false,
            settings: ConfigNode(.null), facts: WireFacts(maintenance: []))
        let report = try await job.answer(
            VerbCall(verb: "explain", arguments: []) { _ in }, in: JobContext(request: request, environment: [:]) { _ in })
        #expect(report.summary.contains("critical"))
        #expect(try restarts == 0)
    }

    @Test(
        "what systemd says of the unit may be in the way",
        arguments: [
            ("inactive", "dead", "loaded", "success", "", "warning", "it is inactive, and its last end was no failure: it was stopped"),
            ("failed", "failed", "loaded", "exit-code", "Job=77\n", "ok", "systemd carries out job 77 on it"),
            ("activating", "auto-restart", "loaded", "exit-code", "", "ok", "systemd is about to restart it by itself"),
            ("inactive", "dead", "not-found", "success", "", "critical", "there is no such unit"),
            ("inactive", "dead", "masked", "success", "", "critical", "the unit is masked"),
        ])
    func objections(
        _ active: String, _ sub: String, _ load: String, _ result: String, _ more: String, _ expected: String, _ words: String
    ) async throws {
        try state(active, sub, load: load, result: result, more: more)
        let check = try await run(settings())
        #expect(check.state.rawValue == expected)
        #expect(check.reason?.hasPrefix("not restarted: \(words)") == true, "\(check)")
        #expect(try restarts == 0 && check.value == 0)
    }

    @Test func aRightThatIsMissingIsToldWithTheWayToIt() async throws {
        try restart("echo 'Failed to restart bot.service: Interactive authentication required.' >&2; exit 1")
        let events = Events()
        let check = try await run(settings(), in: events)
        #expect(check.state == .critical && check.value == 1)
        let words =
            "systemctl restart bot.service ended with status 1: Failed to restart bot.service: Interactive authentication required.; "
            + "fix: let the job's user restart it: put bot.service into deployment/polkit/60-acore-sched.rules, and that file into /etc/polkit-1/rules.d"
        #expect(check.reason?.hasPrefix("the restart failed: \(words)") == true, "\(check)")
        #expect(events.logs.contains("bot.service could not be restarted: \(words)"))
    }

    @Test func aRestartThatTakesTooLongIsNotWaitedFor() async throws {
        try restart("sleep 607")
        let begin = ContinuousClock.now
        let check = try await run(settings(more: #""timeout": "1s", "#))
        #expect(ContinuousClock.now - begin < .seconds(60))
        #expect(check.state == .critical)
        #expect(
            check.reason?.hasPrefix("the restart failed: \(site.path)/systemctl had not ended after 1s; fix: systemctl status") == true,
            "\(check)")
    }

    @Test func aRunWithoutTimeRestartsNothing() async throws {
        let check = try await run(settings(), deadline: Date(timeIntervalSince1970: 1_800_000_001))
        #expect(check.state == .warning && check.reason?.hasPrefix("not restarted: this run has no time left for it") == true)
        #expect(try restarts == 0)
    }

    @Test func aRestartIsWrittenDownBeforeItIsMade() async throws {
        try restart("cp '\(site.path)/health.json' '\(site.path)/seen'")
        try await run(settings())
        #expect(try site.text("seen").contains(#""restarts":[{"boot":"one","up":1000}]"#))
    }

    @Test func withoutAPlaceToWriteItDownNothingIsRestarted() async throws {
        // A folder where the new file is to be.
        try site.write("health.json.new/in/the/way", "")
        let check = try await run(settings())
        #expect(check.value == 0)
        #expect(check.state == .critical && check.reason?.hasPrefix("not restarted: a restart is written down before it is made") == true)
        #expect(try restarts == 0)
    }

    @Test func aMemoryThatIsDamagedHoldsRestartsForAnHour() async throws {
        try await run(settings())
        try site.write("health.json", "{broken")
        up.pass(600)
        let lost = try await run(settings())
        #expect(
            lost.state == .critical
                && lost.reason?.contains("is lost with the damaged memory of this job, so none is made for another 1h") == true)
        up.pass(1800)
        let later = try await run(settings())
        #expect(later.reason?.contains("for another 30m") == true, "also once the file is whole again: \(later)")
        up.pass(1800)
        try await run(settings())
        #expect(try restarts == 2)
    }

    @Test func aSectionThatIsTakenOutForARunKeepsItsCap() async throws {
        let settings = settings(#""after": 1, "max_per_hour": 1"#)
        try await run(settings)
        let without = #"{"systemctl": "\#(site.path)/systemctl", "service_dependencies": {"units": {"bot.service": {}}}}"#
        let (read, _) = HealthSettings.read(from: try node(without), at: ["with"])
        let request = WireRequest(
            run: "R", job: "health", attempt: 1, scheduledFor: nil, deadline: nil, graceSeconds: 5, stateDirectory: site.path,
            dryRun: false,
            settings: ConfigNode(.null))
        let job = HealthJob(settings: try #require(read), root: site.path, now: { Date(timeIntervalSince1970: 1_800_000_000) })
        await #expect(throws: JobFailure.self) { try await job.run(in: JobContext(request: request, environment: [:]) { _ in }) }
        up.pass(1000)
        #expect(try await run(settings).state == .critical)
        #expect(try restarts == 1)
    }

    @Test func ofTwoRunsAtOnceOneCountsAndRestarts() async throws {
        let held = RemediationLock.take(in: site.path)
        try withExtendedLifetime(held) { _ = try held.get() }
        let second = RemediationLock.take(in: site.path)
        #expect(throws: ToolFailure(description: "another run of this job goes on, and that one counts and restarts")) { try second.get() }
        let check = try await run(settings())
        #expect(
            check.state == .unknown && check.reason == "not restarted: another run of this job goes on, and that one counts and restarts")
        #expect(try restarts == 0)
        withExtendedLifetime(held) {}
    }

    @Test func settingsThatCannotBeMeantAreRefused() throws {
        func problems(_ units: String) throws -> [String] {
            let text =
                #"{"inodes": {"paths": ["/srv"]}, "process_health": {"processes": {"bot": {"unit": "bot.service"}}}, "remediation": {"units": \#(units)}}"#
            return HealthSettings.read(from: try node(text), at: ["with"]).findings.map { "\($0.problem) | \($0.fix)" }
        }
        #expect(
            try problems(#"{"bot.service": {"when": ["process_health/bot", "process_health/bot memory", "inodes//srv", "inodes"]}}"#) == [])
        #expect(
            try problems("{}") == [
                "with.remediation names no unit | add units: {NAME.service: {when: [NAME/TARGET]}}, a line for each unit"
            ])
        #expect(
            try problems(#"{"bot.service": {}}"#) == [
                "with.remediation.units.bot.service names no check | add when: [NAME/TARGET], for example when: [process_health/bot]"
            ])
        #expect(
            try problems(#"{"bot.service": {"when": ["process_helth/bot", "process_health/bat", "pressure"], "backoff": "20m"}}"#) == [
                "with.remediation.units.bot.service.when names process_helth/bot: the job has no check process_helth | did you mean process_health?",
                "with.remediation.units.bot.service.when names process_health/bat: process_health has no target bat | its targets are bot",
                "with.remediation.units.bot.service.when names pressure: the job has no check pressure | add a section pressure, or name one of inodes, process_health",
                "with.remediation.units.bot.service has max_backoff 15m, which lies below backoff 20m | write a max_backoff of at least 20m",
            ])
        for name in ["bot", "*.service", "-x.service", "a b.service", ".service", "bot.txt"] {
            #expect(
                try problems(#"{"\#(name)": {"when": "inodes"}}"#) == [
                    "with.remediation.units has \(name), which is not the whole name of one unit | write it as systemctl shows it, with its ending: acore_bot.service"
                ])
        }
    }
}
