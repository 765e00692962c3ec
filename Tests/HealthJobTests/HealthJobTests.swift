import Foundation
import Glibc
import JobKit
import Synchronization
import Testing

@testable import HealthJob

/// Whole runs of the job.
@Suite struct HealthJobTests {
    private let site: Site

    init() throws {
        site = try Site()
        try site.write("proc/sys/kernel/random/boot_id", "one\n")
        try site.write("proc/self/mountinfo", "")
        try site.write("proc/self/cgroup", "0::/\n")
        try site.write("proc/vmstat", "pswpin 1\npswpout 1\noom_kill 0\n")
        try memory(available: 900)
    }

    private func memory(available: Int) throws { try site.write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: \(available) kB\n") }

    private final class Events: Sendable {
        let all = Mutex<[WireEvent]>([])

        var checks: [WireEvent.Check] {
            all.withLock { $0.compactMap { if case .check(let check) = $0 { check } else { nil } } }
        }
        var logs: [String] {
            all.withLock { $0.compactMap { if case .log(let log) = $0 { log.message } else { nil } } }
        }
    }

    private func context(_ events: Events, dryRun: Bool = false, state: String? = nil) throws -> JobContext {
        let request = WireRequest(
            run: "R", job: "health", attempt: 1, scheduledFor: nil, deadline: nil, graceSeconds: 5, stateDirectory: state ?? site.path,
            dryRun: dryRun, settings: ConfigNode(.null))
        return JobContext(request: request, environment: [:]) { event in events.all.withLock { $0.append(event) } }
    }

    private func job(_ settings: String) throws -> HealthJob {
        let (read, findings) = HealthSettings.read(from: try node(settings), at: ["with"])
        try #require(findings.isEmpty, "\(findings)")
        return HealthJob(settings: try #require(read), root: site.path, now: { Date(timeIntervalSince1970: 1_800_000_000) })
    }

    /// Memory alone is judged, and what needs a second look.
    private let settings = #"{"memory_usage": {}, "deadline": "60s"}"#

    @Test func endsAsTheWorstOfItsChecks() async throws {
        let events = Events()
        // Nothing is remembered: a rate stays unknown however much later the next run is.
        let unknown = try await job(settings).run(in: context(events, dryRun: true))
        #expect(unknown.outcome == .warning, "rates are unknown at first")
        #expect(unknown.summary.hasPrefix("ok: 2 of 4 ok, 2 unknown; memory_usage of swap unknown (first look"), "\(unknown.summary)")
        #expect(unknown.numbers == ["checks": 4, "ok": 2, "warning": 0, "critical": 0, "unknown": 2])
        #expect(events.checks.map(\.target) == ["memory", "swap", "limit", "oom_kills"])
        try memory(available: 140)
        let warning = try await job(settings).run(in: context(events, dryRun: true))
        #expect(warning.summary == "warning: 1 of 4 ok, 1 warning, 2 unknown; memory_usage of memory warning 86 %")
        try memory(available: 50)
        await #expect {
            try await job(settings).run(in: context(events, dryRun: true))
        } throws: { error in
            let failure = error as? JobFailure
            return failure?.problem == "critical: 1 of 4 ok, 1 critical, 2 unknown; memory_usage of memory critical 95 %"
                && failure?.retry == .cannotHelp
        }
    }

    @Test func whatIsFineSucceeds() async throws {
        let events = Events()
        try site.write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 900 kB\n")
        let report = try await job(#"{"inodes": {"paths": ["/"], "warning": 99.9, "critical": 100}}"#).run(in: context(events))
        #expect(report.outcome == .succeeded)
        #expect(report.summary == "ok: 1 of 1 ok")
    }

    @Test func remembersFromRunToRunAndNotInADryRun() async throws {
        let events = Events()
        _ = try await job(settings).run(in: context(events, dryRun: true))
        #expect(!FileManager.default.fileExists(atPath: site.path + "/health.json"))
        _ = try await job(settings).run(in: context(events))
        let first = try site.text("health.json")
        #expect(first.contains(#""kind":"health""#) && first.contains(#""boot":"one""#), "\(first)")
        let again = Events()
        _ = try await job(settings).run(in: context(again))
        let swap = try again.checks["swap"]
        #expect(swap.state == .ok || swap.reason?.hasPrefix("the look before is only ") == true, "\(swap)")
        try site.write("proc/sys/kernel/random/boot_id", "two\n")
        let booted = Events()
        _ = try await job(settings).run(in: context(booted))
        #expect(try booted.checks["swap"].reason?.hasPrefix("first look since the machine started") == true)
    }

    @Test func aMemoryThatIsDamagedIsSaidAndBegunAnew() async throws {
        try site.write("health.json", "{broken")
        let events = Events()
        _ = try await job(settings).run(in: context(events))
        #expect(events.logs.first?.hasPrefix("\(site.path)/health.json is damaged, all samples begin anew") == true, "\(events.logs)")
        #expect(try site.text("health.json").hasPrefix(#"{"checks":{"memory_usage""#))
    }

    @Test func aMemoryThatCannotBeKeptIsAWarning() async throws {
        let events = Events()
        let report = try await job(#"{"inodes": {"paths": ["/"], "warning": 99.9, "critical": 100}}"#)
            .run(in: context(events, state: site.path + "/none"))
        #expect(report.outcome == .warning)
        #expect(report.summary == "ok: 1 of 1 ok; what the next run needs could not be kept, see the log")
    }

    private func explain(_ words: [String], _ settings: String) async throws -> (lines: [String], report: JobReport) {
        let lines = Mutex<[String]>([])
        let call = VerbCall(verb: "explain", arguments: words) { line in lines.withLock { $0.append(line) } }
        let report = try await job(settings).answer(call, in: context(Events()))
        return (lines.withLock { $0 }, report)
    }

    @Test func explainsEachNumberByItsInputs() async throws {
        try memory(available: 140)
        let (lines, report) = try await explain(["memory_usage"], settings)
        #expect(lines.first == "memory_usage of memory: warning 86 % (warning at 85, critical at 92.5)")
        #expect(lines.contains("  rule: 100 x (MemTotal - MemAvailable) / MemTotal of /proc/meminfo"))
        #expect(lines.contains("    memory_total_bytes = 1024000"))
        #expect(lines.contains("    memory_used_bytes = 880640"))
        #expect(report.outcome == .warning)
        #expect(!FileManager.default.fileExists(atPath: site.path + "/health.json"), "it only looks")
    }

    @Test func explainsForProgramsInTheWordsOfTheWire() async throws {
        let (lines, _) = try await explain(["--json"], settings)
        #expect(lines.count == 4)
        let first = try WireCoding.decoder().decode(WireEvent.Check.self, from: Data(lines[0].utf8))
        #expect(first.told == "ok 10 %")
        #expect(first.target == "memory")
    }

    @Test(arguments: [
        (["pressure"], "arguments: the job has no check pressure; fix: its checks are memory_usage"),
        (["--all"], "arguments: health explain has no option --all; fix: it has --json"),
    ])
    func refusesWordsThatItDoesNotKnow(_ words: [String], _ message: String) async throws {
        await #expect {
            _ = try await explain(words, settings)
        } throws: { "\($0)" == message }
    }

    @Test func theWholeLocalPassIsThere() async throws {
        let read = HealthSettings.read(from: ConfigNode(.mapping([])), at: ["with"])
        let events = Events()
        let ending = await Result {
            try await HealthJob(settings: try #require(read.settings)).run(in: context(events))
        }
        if case .failure(let error) = ending { #expect(error is JobFailure) }
        let names = Set(events.checks.map(\.name))
        #expect(names == ["system_resources", "memory_usage", "disk_space", "inodes", "time_sync"])
        #expect(events.checks.allSatisfy { $0.inputs?["look_ms"] != nil })
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
