package import CronSchedule
import HeapModule

extension Scheduler {
    /// One look at the clock: everything that is due by now is decided.
    /// - Parameters:
    ///   - elapsed: CLOCK_BOOTTIME at `now`, to tell a set clock from time that passed.
    ///   - ends: attempts that ended since the last pass.
    package mutating func pass(now: Instant, elapsed: Duration, ends: [AttemptEnd] = []) -> SchedulerActions {
        var actions = SchedulerActions()
        let step = look(at: now, elapsed: elapsed, actions: &actions)
        for end in ends { take(end, now: now, actions: &actions) }
        wakeRetries(now: now, actions: &actions)
        let cause: Occurrence.MissReason = if case .forward = step { .clock } else { .down }
        while let due = queue.min, due.at <= now {
            queue.removeMin()
            guard entries[due.job]?.nextDue == due.at else { continue }
            decide(due.job, cause: cause, now: now, actions: &actions)
        }
        settleWaits(now: now, actions: &actions)
        if !ends.isEmpty { startDependents(of: ends.compactMap { open[$0.run]?.job ?? lastEndedJob[$0.run] }, now: now, actions: &actions) }
        lastEndedJob = [:]
        admit(now: now, actions: &actions)
        if !actions.isEmpty {
            clock.lastSeen = now
            actions.clock = clock
        }
        return actions
    }

    /// Starts what may start: in `actions.starts`, and as moves or, for runs claimed in this pass, in their rows.
    mutating func admit(now: Instant, actions: inout SchedulerActions) {
        let waiting = open.values.filter { $0.state == .due }.sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
        guard !waiting.isEmpty else { return }
        let live = open.values.filter(\.state.isLive).map(candidate)
        let pausing = open.values.filter { $0.state == .retrying }.map(candidate)
        let admitted = Admission(limits: surroundings.limits).admitted(waiting: waiting.map(candidate), live: live, pausing: pausing)
        for id in admitted {
            move(id, by: .start, actions: &actions)
            actions.starts.append(id)
            if let job = open[id]?.job { lastStart[job] = now }
        }
    }

    private func candidate(_ run: Run) -> Admission.Candidate {
        let definition = entries[run.job]?.job.definition
        return Admission.Candidate(
            run: run.id, job: run.job, trigger: run.trigger, group: definition?.group, overlap: definition?.overlap ?? .allow)
    }

    /// Moves a run to the state after `event`; a move that the table does not know changes nothing.
    /// - Returns: whether it moved.
    @discardableResult
    mutating func move(
        _ id: RunID, by event: RunState.Event, actions: inout SchedulerActions, change: (inout Run) -> Void = { _ in }
    ) -> Bool {
        guard var run = open[id], let state = run.state.after(event) else { return false }
        let from = run.state
        run.state = state
        change(&run)
        open[id] = state.isEnded ? nil : run
        if let claimed = actions.runs.firstIndex(where: { $0.id == id }) {
            actions.runs[claimed] = run
        } else if let moved = actions.moves.firstIndex(where: { $0.run.id == id }) {
            actions.moves[moved].run = run
        } else {
            actions.moves.append(.init(run: run, from: from))
        }
        return true
    }

    /// Makes a run out of a claim.
    mutating func claim(
        _ definition: JobDefinition, trigger: Run.Trigger, slot: Slot?, dueAt: Instant, now: Instant, dryRun: Bool = false,
        actions: inout SchedulerActions
    ) -> RunID {
        let run = Run(
            id: newRunID(now), job: definition.name, kind: definition.kind, trigger: trigger, slot: slot, claimedAt: now, dueAt: dueAt,
            dryRun: dryRun || definition.dryRun)
        open[run.id] = run
        actions.runs.append(run)
        return run.id
    }
}
