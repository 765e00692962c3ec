/// Decides which of the claimed runs may start now: limits of the machine, of groups and of the overlap policy.
package struct Admission: Sendable, Hashable {
    /// How much may go on at once.
    package struct Limits: Sendable, Hashable {
        /// Runs in all.
        package var runs: Int
        /// Of these, runs that make up for missed slots.
        package var catchUps: Int
        /// Runs of a group; a group that is not named here has one.
        package var groups: [String: Int]

        package init(runs: Int = 16, catchUps: Int = 2, groups: [String: Int] = [:]) {
            self.runs = runs
            self.catchUps = catchUps
            self.groups = groups
        }
    }

    /// A run that waits or goes on.
    package struct Candidate: Sendable, Hashable {
        package var run: RunID
        package var job: String
        package var trigger: Run.Trigger
        package var group: String?
        package var overlap: OverlapPolicy

        package init(run: RunID, job: String, trigger: Run.Trigger, group: String?, overlap: OverlapPolicy) {
            self.run = run
            self.job = job
            self.trigger = trigger
            self.group = group
            self.overlap = overlap
        }
    }

    package let limits: Limits

    package init(limits: Limits) { self.limits = limits }

    /// What keeps a waiting run from its start.
    package enum Obstacle: Sendable, Hashable {
        /// As many runs as there may be go on.
        case limit
        /// An earlier run of its job.
        case job
        /// As many catch-up runs as there may be go on.
        case catchUps
        /// As many runs of its group as there may be go on.
        case group(String)
    }

    /// - Parameters:
    ///   - waiting: claimed runs that have not started, oldest first.
    ///   - live: runs whose process goes on.
    ///   - pausing: runs that wait for their next attempt; they hold their job, but no place.
    /// - Returns: those of `waiting` that start now, in their order.
    package func admitted(waiting: [Candidate], live: [Candidate], pausing: [Candidate]) -> [RunID] {
        judged(waiting: waiting, live: live, pausing: pausing).compactMap { $0.obstacle == nil ? $0.run : nil }
    }

    /// The same with what keeps the others; the arguments are those of ``admitted(waiting:live:pausing:)``.
    package func judged(
        waiting: [Candidate], live: [Candidate], pausing: [Candidate]
    ) -> [(run: RunID, obstacle: Obstacle?)] {
        var total = live.count
        var catchUps = live.count { $0.trigger == .catchUp }
        var groups: [String: Int] = [:]
        for group in live.compactMap(\.group) { groups[group, default: 0] += 1 }
        var busyJobs = Set((live + pausing).map(\.job))
        return waiting.map { candidate in
            let jobIsFree = candidate.overlap == .allow || !busyJobs.contains(candidate.job)
            // A job's runs start in the order of their slots: a later one does not overtake one that waits.
            busyJobs.insert(candidate.job)
            guard total < limits.runs else { return (candidate.run, .limit) }
            guard jobIsFree else { return (candidate.run, .job) }
            guard candidate.trigger != .catchUp || catchUps < limits.catchUps else { return (candidate.run, .catchUps) }
            if let group = candidate.group {
                guard groups[group, default: 0] < limits.groups[group] ?? 1 else { return (candidate.run, .group(group)) }
                groups[group, default: 0] += 1
            }
            total += 1
            catchUps += candidate.trigger == .catchUp ? 1 : 0
            return (candidate.run, nil)
        }
    }
}
