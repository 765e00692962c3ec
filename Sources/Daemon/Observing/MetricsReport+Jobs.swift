import ControlAPI
import CronSchedule
import SchedulerCore

extension MetricsReport {
    /// How many jobs there are, of each kind that asks for attention.
    var jobCounts: [MetricFamily] {
        guard let scheduler, let tally else { return [] }
        let results = Dictionary(grouping: names.compactMap { outcomes[$0]?.result }, by: \.self).mapValues(\.count)
        return [
            .number("acore_sched_jobs_loaded", names.count, help: "Jobs in force, those that are paused or disabled included."),
            .number(
                "acore_sched_jobs_disabled", names.count { scheduler.definition(of: $0)?.enabled == false },
                help: "Jobs whose file says enabled: false."),
            .number(
                "acore_sched_jobs_paused", names.count { scheduler.cursor(of: $0)?.silentReason == .paused }, help: "Jobs that are paused."),
            .number(
                "acore_sched_jobs_without_series", names.count { tally.jobs[$0] == nil },
                help: """
                    Jobs beyond the first \(Tally.seriesBound): what they do is added up under job_name="\(Self.restName)", and their moments are \
                    left out.
                    """),
            MetricFamily(
                "acore_sched_jobs_by_last_result", .gauge, help: "Jobs by how their last run ended.",
                RunState.endings.map { .init([.init("result", $0.rawValue)], Double(results[$0] ?? 0)) }),
        ] + fileCounts
    }

    private var fileCounts: [MetricFamily] {
        guard let inForce else { return [] }
        return [
            .number(
                "acore_sched_jobs_broken", inForce.broken.count, help: "Jobs that go on as they were, since their file has an error now."),
            .number(
                "acore_sched_jobs_refused", inForce.refused.count,
                help: "Files with an error of which no good definition is known: no jobs."),
        ]
    }

    /// The state of each job that has a series of its own.
    var jobFamilies: [MetricFamily] {
        guard let scheduler, let tally else { return [] }
        let names = names.filter { tally.jobs[$0] != nil }
        return [
            MetricFamily(
                "acore_sched_job_last_result", .gauge,
                help: "How the last run ended: \(RunState.endings.map { "\($0.code) \($0.rawValue)" }.joined(separator: ", ")).",
                Self.samples(of: names) { outcomes[$0]?.result.map { Double($0.code) } }),
            MetricFamily(
                "acore_sched_job_last_end_timestamp_seconds", .gauge, unit: "seconds", help: "When the last run ended.",
                Self.samples(of: names) { outcomes[$0]?.end?.unixSeconds }),
            MetricFamily(
                "acore_sched_job_last_success_timestamp_seconds", .gauge, unit: "seconds",
                help: "When a run last ended well: succeeded, or with a warning.",
                Self.samples(of: names) { outcomes[$0]?.success?.unixSeconds }),
            MetricFamily(
                "acore_sched_job_next_start_timestamp_seconds", .gauge, unit: "seconds",
                help: "When the next slot is due, with its jitter; left out for jobs that start nothing on their own.",
                Self.samples(of: names) { scheduler.nextStart(of: $0)?.unixSeconds }),
            MetricFamily(
                "acore_sched_job_silent", .gauge, help: "Whether the job is paused or disabled.",
                Self.samples(of: names) { scheduler.isSilent($0) ? 1 : 0 }),
        ]
    }

    private static func samples(of names: [String], _ value: (String) -> Double?) -> [MetricFamily.Sample] {
        names.compactMap { name in value(name).map { .init([.init("job_name", name)], $0) } }
    }
}

extension RunState {
    /// States that a run ends in, the best first.
    static let endings: [RunState] = [.succeeded, .warning, .failed, .timedOut, .cancelled, .interrupted]

    /// The number of an ending; it never changes its meaning.
    var code: Int { Self.endings.firstIndex(of: self) ?? -1 }
}
