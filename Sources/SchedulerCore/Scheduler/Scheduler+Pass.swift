package import CronSchedule

extension Scheduler {
    /// One look at the clock: everything that is due by now is decided.
    /// - Parameters:
    ///   - elapsed: CLOCK_BOOTTIME at `now`, to tell a set clock from time that passed.
    ///   - ends: attempts that ended since the last pass.
    ///   - ledgerRefused: whether the ledger took no rows since the last pass, so that slots which came due meanwhile are late.
    package mutating func pass(
        now: Instant, elapsed: Duration, ends: [AttemptEnd] = [], ledgerRefused: Bool = false
    ) -> SchedulerActions {
        self.ledgerRefused = ledgerRefused
        defer { self.ledgerRefused = false }
        var actions = SchedulerActions()
        let step = look(at: now, elapsed: elapsed, actions: &actions)
        let endedJobs = take(ends, now: now, actions: &actions)
        let cause: Occurrence.MissReason = if case .forward = step { .clock } else { .down }
        for subject in takeDueAlarms(now: now) {
            switch subject {
            case .job(let name): decide(name, cause: cause, now: now, actions: &actions)
            case .retry(let id): wake(id, actions: &actions)
            case .wait: break  // All waits are settled below.
            }
        }
        settleWaits(now: now, actions: &actions)
        startDependents(of: endedJobs, now: now, actions: &actions)
        admit(now: now, actions: &actions)
        finish(&actions, now: now)
        return actions
    }

    /// The last step of every call that may write: the ledger learns the time, and the next alarm is a true one.
    mutating func finish(_ actions: inout SchedulerActions, now: Instant) {
        sweepAlarms()
        guard !actions.isEmpty else { return }
        clock.lastSeen = now
        actions.clock = clock
    }

    /// Starts what may start: in `actions.starts`, and as moves or, for runs claimed in this pass, in their rows.
    mutating func admit(now: Instant, actions: inout SchedulerActions) {
        for run in runs.inState(.due) where entries[run.job] == nil {
            end(run, because: "its job file is gone", as: .skipped(.disabled), at: now, actions: &actions)
        }
        let waiting = runs.inState(.due)
        guard !waiting.isEmpty else { return }
        stopReplaced(by: waiting, actions: &actions)
        let live = runs.live
        guard live.count < surroundings.limits.runs else { return }
        let ordered = waiting.sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
        let admitted = Admission(limits: surroundings.limits).admitted(
            waiting: ordered.map(candidate), live: live.map(candidate), pausing: runs.inState(.retrying).map(candidate))
        for id in admitted {
            guard let run = move(id, by: .start, actions: &actions) else { continue }
            actions.starts.append(id)
            lastStart[run.job] = now
        }
    }

    private func candidate(_ run: Run) -> Admission.Candidate {
        let definition = entries[run.job]?.job.definition ?? retired[run.job]
        return Admission.Candidate(
            run: run.id, job: run.job, trigger: run.trigger, group: definition?.group, overlap: definition?.overlap ?? .allow)
    }

    /// Asks live runs to stop whose place a waiting one takes; said once, and again after a restart of the daemon.
    private mutating func stopReplaced(by waiting: [Run], actions: inout SchedulerActions) {
        let replacing = waiting.filter { entries[$0.job]?.job.definition.overlap == .replace }
        for job in Set(replacing.map(\.job)).sorted() {
            for run in runs.of(job: job).sorted(by: { $0.id < $1.id }) where run.state.isLive && isReplaced(run) {
                if stopping.insert(run.id).inserted { actions.stops.append(run.id) }
            }
        }
    }

    /// Whether a slot with `overlap: replace` waits for the place of this run. Slots claimed together are one catch-up: they
    /// follow each other, and a run by hand replaces none.
    func isReplaced(_ run: Run) -> Bool {
        guard entries[run.job]?.job.definition.overlap == .replace else { return false }
        return runs.of(job: run.job).contains { other in
            other.state == .due && other.id != run.id && other.trigger != .manual && other.claimedAt != run.claimedAt
        }
    }

    /// Moves a run to the state after `event`; a move that the table does not know changes nothing.
    /// - Returns: the run as it is now; nil when it did not move.
    @discardableResult
    mutating func move(
        _ id: RunID, by event: RunState.Event, actions: inout SchedulerActions, change: (inout Run) -> Void = { _ in }
    ) -> Run? {
        guard var run = runs[id], let state = run.state.after(event) else { return nil }
        let from = run.state
        run.state = state
        change(&run)
        runs[id] = state.isEnded ? nil : run
        if state.isEnded { stopping.remove(id) }
        if state == .retrying, let retryAt = run.retryAt { setAlarm(.retry(id), at: retryAt) }
        actions.put(run, from: from)
        return run
    }

    /// Makes a run out of a claim.
    mutating func claim(
        _ definition: JobDefinition, trigger: Run.Trigger, slot: Slot?, dueAt: Instant, now: Instant, dryRun: Bool = false,
        actions: inout SchedulerActions
    ) -> RunID {
        let run = Run(
            id: newRunID(now), job: definition.name, kind: definition.kind, trigger: trigger, slot: slot, claimedAt: now, dueAt: dueAt,
            dryRun: dryRun || definition.dryRun)
        runs[run.id] = run
        actions.put(new: run)
        return run.id
    }
}
