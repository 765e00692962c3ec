package import ControlAPI
import CronSchedule
package import SchedulerCore

/// What has happened since the daemon started, counted from rows that are on the disk. Dry runs do not count.
package struct Tally: Sendable {
    /// Jobs with numbers of their own; what others do is added up.
    package static let seriesBound = 1000

    /// What one job has done, or many together.
    package struct Job: Sendable {
        /// From a run's first start to its end, in seconds, with the pauses between its attempts.
        package internal(set) var durations = Histogram(bounds: [0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400])
        /// Runs that ended, by how.
        package internal(set) var ended: [RunState: Int] = [:]
        /// Slots that should have had a run and got none.
        package internal(set) var lost = 0
    }

    /// By name.
    package private(set) var jobs: [String: Job] = [:]
    /// Of all jobs that have none of their own.
    package private(set) var rest = Job()
    /// How the last run of each job ended that has ended since.
    package private(set) var outcomes: [String: JobOutcome] = [:]
    /// From the moment a scheduled run was due (its slot and the jitter) to its first start, in seconds.
    package private(set) var lag = Histogram(bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 3600])
    /// How long passes took, in seconds.
    package private(set) var passes = Histogram(bounds: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30])
    /// Slots by what became of them.
    package private(set) var occurrences: [OccurrenceOutcome: Int] = [:]
    /// Rises when the last result of a job is not kept here any more, since the job is gone: the ledger knows it, should the job come back.
    package private(set) var dropped = 0
    /// Of these, slots that counted twice: as one that ran, and, since its run never started, as what became of it.
    package private(set) var corrections = 0
    /// Results of checks that raise no alert, by what there were too many of.
    package private(set) var unfollowed: [UnfollowedFinding.Bound: Int] = [:]

    package init() {}

    package mutating func count(pass: Duration) { passes.observe(Self.seconds(pass)) }

    /// - Parameter gone: names that no job has any more; what their runs still do is added to the rest.
    package mutating func count(_ actions: SchedulerActions, gone: Set<String> = []) {
        for run in actions.runs { count(run, from: nil, gone) }
        for move in actions.moves { count(move.run, from: move.from, gone) }
        for row in actions.occurrences { count(row.account, of: row.job, times: row.count, gone) }
        for lapse in actions.lapses {
            count(lapse.account, of: lapse.job, times: 1, gone)
            corrections += 1
        }
        for finding in actions.alerts.unfollowed { unfollowed[finding.bound, default: 0] += 1 }
    }

    /// Gives each of `names` a series of its own, as far as there is room.
    ///
    /// Who has one keeps it: a number that went over from a job into the rest, or back, would look as if something had happened.
    package mutating func admit(_ names: [String]) {
        guard jobs.count < Self.seriesBound else { return }
        for name in names where jobs[name] == nil {
            jobs[name] = Job()
            if jobs.count == Self.seriesBound { return }
        }
    }

    /// Jobs are gone.
    package mutating func forget(_ names: [String]) {
        for name in names {
            jobs[name] = nil
            outcomes[name] = nil
        }
        if !names.isEmpty { dropped += 1 }
    }

    private mutating func count(_ run: Run, from state: RunState?, _ gone: Set<String>) {
        guard !run.dryRun else { return }
        let isStart = state == nil || state == .due || state == .starting
        if isStart, run.attempt == 1, run.trigger == .schedule, let startedAt = run.startedAt {
            lag.observe(Self.seconds(from: run.dueAt, to: startedAt))
        }
        guard run.state.isEnded else { return }
        if gone.contains(run.job) { dropped += 1 } else { outcomes[run.job, default: JobOutcome()].take(run) }
        change(run.job, gone) { job in
            job.ended[run.state, default: 0] += 1
            if let startedAt = run.startedAt, let endedAt = run.endedAt {
                job.durations.observe(Self.seconds(from: startedAt, to: endedAt))
            }
        }
    }

    private mutating func count(_ account: Occurrence.Account, of job: String, times: Int, _ gone: Set<String>) {
        guard let outcome = OccurrenceOutcome(account) else { return }
        occurrences[outcome, default: 0] += times
        if outcome.isLost { change(job, gone) { $0.lost += times } }
    }

    private mutating func change(_ name: String, _ gone: Set<String>, _ body: (inout Job) -> Void) {
        if jobs[name] != nil || (jobs.count < Self.seriesBound && !gone.contains(name)) {
            body(&jobs[name, default: Job()])
        } else {
            body(&rest)
        }
    }

    private static func seconds(from start: Instant, to end: Instant) -> Double {
        // Whole milliseconds are exact, their thousandths are not.
        (Double(end.milliseconds) - Double(start.milliseconds)) / 1000
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
