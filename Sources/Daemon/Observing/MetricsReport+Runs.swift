import ControlAPI
import CronSchedule
import SchedulerCore

/// What is counted since the daemon started.
extension MetricsReport {
    var loopFamilies: [MetricFamily] {
        guard let tally else { return [] }
        var families = [
            MetricFamily(
                "acore_sched_pass_duration_seconds", .histogram, unit: "seconds",
                help: "Looks of the scheduler at the clock, with the rows that they wrote.", [.init([], tally.passes)]),
            MetricFamily(
                "acore_sched_run_start_lag_seconds", .histogram, unit: "seconds",
                help: "From the moment that a scheduled run was due (its slot and the jitter) to its first start.", [.init([], tally.lag)]),
            MetricFamily(
                "acore_sched_occurrences", .counter, help: "Slots by what became of them, one row of the ledger each or more.",
                OccurrenceOutcome.allCases.map { .init([.init("outcome", $0.word)], Double(tally.occurrences[$0] ?? 0)) }),
            MetricFamily(
                "acore_sched_occurrence_corrections", .counter,
                help: "Slots that were counted as ran, and, since the run never started, once more as what became of them.",
                [.init([], Double(tally.corrections))]),
            MetricFamily(
                "acore_sched_unfollowed_results", .counter,
                help: "Results of checks that raise no alert, since too many checks of their job, or of all, have one already.",
                UnfollowedFinding.Bound.allCases.map { .init([.init("bound", $0.rawValue)], Double(tally.unfollowed[$0] ?? 0)) }),
        ]
        if let alarm = scheduler?.nextAlarm {
            families.append(
                .moment("acore_sched_next_alarm_timestamp_seconds", alarm, help: "When the scheduler has to do something next."))
        }
        return families
    }

    /// Of each job with a series of its own, and of all others together.
    var runFamilies: [MetricFamily] {
        guard let tally else { return [] }
        var jobs = tally.jobs.sorted { $0.key < $1.key }.map { (name: $0.key, tally: $0.value) }
        if jobs.count >= Tally.seriesBound { jobs.append((Self.restName, tally.rest)) }
        return [
            MetricFamily(
                "acore_sched_run_duration_seconds", .histogram, unit: "seconds",
                help: "From the first start of a run to its end, with the pauses between its attempts.",
                jobs.map { .init([.init("job_name", $0.name)], $0.tally.durations) }),
            MetricFamily(
                "acore_sched_runs_ended", .counter, help: "Runs that ended, by how; dry runs are left out.",
                jobs.flatMap { job in
                    RunState.endings.map { result in
                        MetricFamily.Sample(
                            [.init("job_name", job.name), .init("result", result.rawValue)], Double(job.tally.ended[result] ?? 0))
                    }
                }),
            MetricFamily(
                "acore_sched_job_lost_slots", .counter,
                help: "Slots of a job that were missed, or skipped for an earlier run or a condition; pauses do not count.",
                jobs.map { .init([.init("job_name", $0.name)], Double($0.tally.lost)) }),
        ] + openRuns
    }

    private var openRuns: [MetricFamily] {
        guard let scheduler else { return [] }
        let counts = Dictionary(grouping: scheduler.open.values, by: \.state).mapValues(\.count)
        return [
            MetricFamily(
                "acore_sched_runs_open", .gauge, help: "Runs that have not ended, by their state.",
                RunState.allCases.filter { !$0.isEnded }.map { .init([.init("state", $0.rawValue)], Double(counts[$0] ?? 0)) })
        ]
    }
}
