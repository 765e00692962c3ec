import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

/// How long results of checks count.
@Suite struct CheckStandingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var schedules: [String]
        var timeout: Duration? = .seconds(3600)
        var jitter = Duration.zero
        /// In January 2027, UTC.
        var reported: String
        /// Nil: never.
        var staleFrom: String?

        var testDescription: String { name }
    }

    @Test(arguments: [
        Row(
            name: "two slots, and no more than a gap for the run", schedules: ["*/5 * * * *"], reported: "15T10:00:04",
            staleFrom: "15T10:15:30"),
        Row(
            name: "a short timeout shortens it", schedules: ["*/5 * * * *"], timeout: .seconds(120), reported: "15T10:00:04",
            staleFrom: "15T10:12:30"),
        Row(
            name: "without a timeout a run may take as long as the gap", schedules: ["*/5 * * * *"], timeout: nil,
            reported: "15T10:00:04", staleFrom: "15T10:15:30"),
        Row(
            name: "jitter delays each", schedules: ["*/5 * * * *"], timeout: .seconds(120), jitter: .seconds(60), reported: "15T10:00:04",
            staleFrom: "15T10:13:30"),
        Row(name: "an interval", schedules: ["@every 300s"], timeout: .seconds(120), reported: "15T10:00:04", staleFrom: "15T10:12:34"),
        Row(name: "daily", schedules: ["0 2 * * *"], reported: "15T02:40:00", staleFrom: "17T03:00:30"),
        Row(name: "weekly", schedules: ["0 3 * * 0"], reported: "10T03:01:00", staleFrom: "24T04:00:30"),
        Row(name: "slots close together in a day", schedules: ["0,1 2 * * *"], reported: "15T02:05:00", staleFrom: "16T03:01:30"),
        Row(
            name: "office hours do not end on Friday", schedules: ["*/5 9-17 * * 1-5"], reported: "15T17:55:03", staleFrom: "18T10:05:30"),
        Row(name: "by hand", schedules: [], reported: "15T10:00:00"),
        Row(name: "at boots", schedules: ["@reboot"], reported: "15T10:00:00"),
    ])
    func staleFrom(_ row: Row) throws {
        let job = try Self.job(row.schedules, timeout: row.timeout, jitter: row.jitter)
        #expect(try job.staleFrom(reportedAt: Self.instant(row.reported)) == row.staleFrom.map(Self.instant))
    }

    private static func job(_ schedules: [String], timeout: Duration? = .seconds(120), jitter: Duration = .zero) throws -> ScheduledJob {
        var definition = JobDefinition(
            name: "health", kind: "health", timing: Timing(schedules: schedules, timezone: "UTC", jitter: jitter))
        definition.timeout = timeout
        return try ScheduledJob(definition: definition, zone: try SystemTimeZone.named("UTC"))
    }

    private static func instant(_ text: String) throws -> Instant { try #require(Instant(iso8601: "2027-01-\(text)Z")) }

    private static func result(_ target: String, _ at: String) throws -> CheckResult {
        let run = try #require(RunID(rawValue: "01KAQZZZ00000000000000000A"))
        return CheckResult(key: AlertKey(job: "health", check: "disk", target: target), at: try instant(at), run: run, level: .ok)
    }

    /// Each target, with `!` where it is stale; those that are left out are not there.
    private static func standings(
        _ results: [CheckResult], of job: ScheduledJob?, isWhole: Bool = true, at now: String
    ) throws -> [String] {
        try CheckStanding.of(results, job: job, isWhole: isWhole, at: instant(now)).map { standing in
            (standing.result.key.target ?? "") + (standing.staleSince == nil ? "" : "!")
        }
    }

    @Test func aJobThatFellSilentKeepsItsResultsAsStale() throws {
        let results = [
            try Self.result("/", "15T10:00:00"), try Self.result("/gone", "13T09:59:59"), try Self.result("/old", "13T11:00:00"),
        ]
        let job = try Self.job(["*/5 * * * *"])
        #expect(try Self.standings(results, of: job, at: "15T10:12:29") == ["/", "/old"])
        #expect(try Self.standings(results, of: job, at: "15T10:12:30") == ["/!", "/old!"])
        #expect(try Self.standings(results, of: job, at: "31T00:00:00") == ["/!", "/old!"], "a month later nothing of it is well")
    }

    @Test func whatARunThatBrokeOffDidNotReportIsStale() throws {
        let results = [try Self.result("/", "15T10:00:00"), try Self.result("/late", "15T09:00:00")]
        let job = try Self.job(["*/5 * * * *"])
        #expect(try Self.standings(results, of: job, at: "15T10:01:00") == ["/", "/late"])
        #expect(try Self.standings(results, of: job, isWhole: false, at: "15T10:01:00") == ["/", "/late!"])
    }

    @Test func withoutARhythmResultsCountForTwoDays() throws {
        let results = [try Self.result("/", "15T10:00:00")]
        for job in [nil, try Self.job([])] {
            #expect(try Self.standings(results, of: job, at: "17T10:00:00") == ["/"])
            #expect(try Self.standings(results, of: job, at: "17T10:00:01") == [])
        }
    }
}
