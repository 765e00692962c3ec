import ControlAPI
import CronSchedule
import SchedulerCore
import Testing

@testable import Daemon

/// What is said in metrics of a daemon with these jobs and runs.
@Suite struct MetricsReportTests {
    private static func report(meter: LoopMeter, loop: SchedulerLoop, outcomes: [String: JobOutcome] = [:]) async throws -> MetricsReport {
        var report = MetricsReport(
            version: "1.2.3", startedAt: try at("10:00:00"), isReady: true, isBlocked: false, process: ProcessFigures.now())
        let scheduler = await loop.snapshot
        report.answers = true
        report.scheduler = scheduler
        report.names = scheduler.jobNames
        report.tally = meter.tally(of: scheduler.jobNames)
        report.outcomes = outcomes
        report.inForce = JobsInForce()
        report.ledger = LedgerSize(path: "/nowhere")
        return report
    }

    private static func report(jobs: [JobDefinition], outcomes: [String: JobOutcome] = [:]) async throws -> MetricsReport {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let meter = LoopMeter { clock.elapsed() }
        let loop = try await space.loop(
            jobs, ledger: try space.ledger(at: clock.now()), engine: MemoryEngine(clock: clock), clock: clock, meter: meter)
        return try await report(meter: meter, loop: loop, outcomes: outcomes)
    }

    /// One that says everything there is to say.
    static func fullReport() async throws -> MetricsReport {
        var report = try await report(
            jobs: [Workspace.job("a", schedule: "0 * * * *"), Workspace.job("b.c_d-e")],
            outcomes: ["a": JobOutcome(result: .failed, end: try at("09:00:00"), success: try at("08:00:00"))])
        report.checks = [CheckFigure(job: "h", check: "disk", target: "C:\\ \"x\"\n", state: 3, value: 1, unit: nil)]
        report.firing = [.critical: 2]
        report.channels = [ChannelFigure(name: "ops", waiting: 3)]
        return report
    }

    private func lines(_ report: MetricsReport, _ prefix: String) -> [String] {
        String(decoding: MetricsText.bytes(of: report.families, as: .text), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(prefix) }
    }

    @Test func everyJobHasItsStateInSeriesOfItsOwn() async throws {
        let report = try await Self.report(
            jobs: [
                Workspace.job("a", schedule: "0 * * * *"), Workspace.job("hand"),
                Workspace.job("off", schedule: "0 * * * *") { $0.enabled = false },
            ],
            outcomes: [
                "a": JobOutcome(result: .timedOut, end: try at("09:00:00"), success: try at("08:00:00")),
                "gone": JobOutcome(result: .failed, end: try at("09:00:00")),
            ])
        let eight = try at("08:00:00").seconds
        #expect(
            lines(report, "acore_sched_job_last") == [
                "acore_sched_job_last_result{job_name=\"a\"} 3",
                "acore_sched_job_last_end_timestamp_seconds{job_name=\"a\"} \(eight + 3600)",
                "acore_sched_job_last_success_timestamp_seconds{job_name=\"a\"} \(eight)",
            ])
        #expect(
            lines(report, "acore_sched_job_next") == ["acore_sched_job_next_start_timestamp_seconds{job_name=\"a\"} \(eight + 3 * 3600)"])
        #expect(
            lines(report, "acore_sched_job_silent") == [
                "acore_sched_job_silent{job_name=\"a\"} 0", "acore_sched_job_silent{job_name=\"hand\"} 0",
                "acore_sched_job_silent{job_name=\"off\"} 1",
            ])
        #expect(
            lines(report, "acore_sched_jobs_by_last_result{").filter { !$0.hasSuffix(" 0") } == [
                "acore_sched_jobs_by_last_result{result=\"timed_out\"} 1"
            ])
        #expect(lines(report, "acore_sched_jobs_loaded") == ["acore_sched_jobs_loaded 3"])
        #expect(lines(report, "acore_sched_runs_ended_total{job_name=\"hand\"").count == 6)
        #expect(lines(report, "acore_sched_build_info") == ["acore_sched_build_info{version=\"1.2.3\"} 1"])
    }

    /// The numbers of results are a promise: alert rules compare with them.
    @Test func theNumberOfAResultNeverChangesItsMeaning() {
        #expect(
            RunState.endings.map { "\($0.code) \($0.rawValue)" } == [
                "0 succeeded", "1 warning", "2 failed", "3 timed_out", "4 cancelled", "5 interrupted",
            ])
        #expect(Set(RunState.endings) == Set(RunState.allCases.filter(\.isEnded)))
    }

    @Test func aThousandJobsHaveSeriesAndItIsSaidHowManyHaveNone() async throws {
        let report = try await Self.report(jobs: (0..<1200).map { Workspace.job("job-\(1000 + $0)", schedule: "0 * * * *") })
        #expect(lines(report, "acore_sched_jobs_without_series") == ["acore_sched_jobs_without_series 200"])
        #expect(lines(report, "acore_sched_run_duration_seconds_count").count == 1001)
        #expect(lines(report, "acore_sched_run_duration_seconds_count{job_name=\"(other)\"}").count == 1)
        #expect(lines(report, "acore_sched_job_next_start").count == 1000)
        #expect(lines(report, "acore_sched_jobs_loaded") == ["acore_sched_jobs_loaded 1200"])
    }

    @Test func nothingIsSaidOfChecksAndChannelsThatAreNotThere() async throws {
        var report = try await Self.report(jobs: [Workspace.job("a")])
        for prefix in ["acore_sched_check", "acore_sched_outbox", "acore_sched_alerts"] { #expect(lines(report, prefix) == []) }
        report.firing = [.critical: 2]
        report.checks = (0..<1001).map { CheckFigure(job: "h", check: "disk", target: "/\($0)", state: 1, value: 91.5, unit: "%") }
        report.channels = [ChannelFigure(name: "ops", waiting: 3)]
        #expect(lines(report, "acore_sched_check_state{").count == 1000)
        #expect(
            lines(report, "acore_sched_check_value{").first
                == #"acore_sched_check_value{job_name="h",check="disk",target="/0",unit="%"} 91.5"#)
        #expect(lines(report, "acore_sched_checks_without_series") == ["acore_sched_checks_without_series 1"])
        let firing = ["warning": 0, "critical": 2, "unknown": 0]
        #expect(
            Set(lines(report, "acore_sched_alerts_firing{"))
                == Set(firing.map { #"acore_sched_alerts_firing{level="\#($0.key)"} \#($0.value)"# }))
        #expect(lines(report, "acore_sched_outbox_depth") == [#"acore_sched_outbox_depth{channel="ops"} 3"#])
    }

    @Test func theProcessIsMeasuredByTheKernel() {
        let figures = ProcessFigures.now()
        #expect(figures.cpuSeconds > 0 && figures.residentBytes > 1 << 20 && figures.virtualBytes > figures.residentBytes)
        #expect(figures.openDescriptors.map { $0 >= 3 } == true && figures.maximumDescriptors.map { $0 > 0 } == true)
    }

    @Test(.enabled(if: MetricsChecker.isThere, "needs prometheus_client and promtool"), arguments: MetricsFormat.allCases)
    func allOfItIsAcceptedByTheFormatsOwnTools(_ format: MetricsFormat) async throws {
        let report = try await Self.fullReport()
        let bytes = MetricsText.bytes(of: report.families, as: format)
        let samples = try MetricsChecker.read(bytes, as: format)
        #expect(samples.contains { $0.name == "acore_sched_job_last_result" && $0.labels == ["job_name": "a"] && $0.value == 2 })
        if format == .text { #expect(try MetricsChecker.lint(bytes) == "") }
        // No two series are the same.
        #expect(Set(samples.map { "\($0.name) \($0.labels.sorted { $0.key < $1.key })" }).count == samples.count)
    }
}
