package import CronSchedule

/// What an operator asks for.
extension Scheduler {
    /// Makes a job silent: its slots get one row when it speaks again. Runs that are claimed go on.
    /// - Parameter end: nil for "until resumed".
    package mutating func pause(_ job: String, until end: Instant?, now: Instant) throws(SchedulerRefusal) -> SchedulerActions {
        try setPause(of: job, to: end ?? JobCursor.forever, now: now)
    }

    /// Ends a pause; a job that is not paused stays as it is.
    package mutating func resume(_ job: String, now: Instant) throws(SchedulerRefusal) -> SchedulerActions {
        try setPause(of: job, to: nil, now: now)
    }

    /// Claims a run by hand, also of a job that is paused or disabled. It starts when a place is free.
    /// - Parameter dryRun: plan only; a job that plans always does so here too.
    package mutating func requestRun(
        _ job: String, dryRun: Bool, now: Instant
    ) throws(SchedulerRefusal) -> (run: RunID, actions: SchedulerActions) {
        guard let definition = entries[job]?.job.definition else { throw .unknownJob(job) }
        let others = runs.of(job: job)
        if definition.overlap == .allow {
            let waiting = others.count { $0.state == .due }
            guard waiting < OverlapPolicy.waitingBound else { throw .tooManyWaiting(waiting) }
        } else if let other = others.filter({ $0.state != .retrying }).map(\.id).min() {
            throw .busy(other)
        }
        var actions = SchedulerActions()
        let run = claim(definition, trigger: .manual, slot: nil, dueAt: now, now: now, dryRun: dryRun, actions: &actions)
        admit(now: now, actions: &actions)
        finish(&actions, now: now)
        return (run, actions)
    }

    /// Ends a run that waits, or asks a live one to stop; there is no further attempt. Without effect on a run that has ended.
    package mutating func cancel(_ id: RunID, now: Instant) -> SchedulerActions {
        var actions = SchedulerActions()
        guard let run = runs[id] else { return actions }
        if run.state.isLive {
            stopping.insert(id)
            actions.stops.append(id)
        } else {
            end(run, because: "cancelled on request", as: .skipped(.disabled), at: now, actions: &actions)
        }
        admit(now: now, actions: &actions)
        finish(&actions, now: now)
        return actions
    }

    private mutating func setPause(of job: String, to end: Instant?, now: Instant) throws(SchedulerRefusal) -> SchedulerActions {
        guard let entry = entries[job] else { throw .unknownJob(job) }
        var actions = SchedulerActions()
        // What is due already does not belong to the pause.
        if let due = entry.nextDue, due <= now { decide(job, cause: .down, now: now, actions: &actions) }
        guard var cursor = entries[job]?.cursor else { return actions }
        cursor.pausedUntil = end
        settleSilence(of: &cursor, job: entry.job, now: now, actions: &actions)
        entries[job]?.cursor = cursor
        actions.put(cursor)
        reschedule(job, now: now, actions: &actions)
        admit(now: now, actions: &actions)
        finish(&actions, now: now)
        return actions
    }
}
