package import CronSchedule
import JobKit

extension Scheduler {
    /// The launcher of a run is at work.
    package mutating func started(_ id: RunID, at instant: Instant) -> SchedulerActions {
        var actions = SchedulerActions()
        move(id, by: .started, actions: &actions) { run in
            run.startedAt = run.startedAt ?? instant
        }
        return actions
    }

    /// The ledger says that a run was started, but no launcher ever ran: it is due again, unless its time is over.
    package mutating func neverStarted(_ id: RunID) -> SchedulerActions {
        var actions = SchedulerActions()
        guard let run = move(id, by: .neverStarted, actions: &actions) else { return actions }
        if isReplaced(run) {
            end(run, because: "replaced by a later slot", as: .skipped(.overlap), at: lastWall, actions: &actions)
        } else {
            cancelIfTooOld(run, now: lastWall, actions: &actions)
        }
        return actions
    }

    /// Attempts that ended: judges them, and grants further attempts where the policy does.
    /// - Returns: the jobs of the runs that were open.
    mutating func take(_ ends: [AttemptEnd], now: Instant, actions: inout SchedulerActions) -> [String] {
        var jobs: [String] = []
        for end in ends {
            guard let run = runs[end.run], run.attempt == end.attempt, run.state.isLive || run.state == .due else { continue }
            take(end, of: run, now: now, actions: &actions)
            jobs.append(run.job)
        }
        return jobs
    }

    private mutating func take(_ attempt: AttemptEnd, of run: Run, now: Instant, actions: inout SchedulerActions) {
        let definition = entries[run.job]?.job.definition
        let startedWith = definition ?? retired[run.job]
        let (event, ending) = RunVerdict.judge(attempt, role: surroundings.programs[run.kind], definition: startedWith)
        // The launcher may have read a clock that was set back since: an end in the future would mislead pauses and conditions.
        let endedAt = min(attempt.endedAt, now)
        let isFinal = stopping.contains(run.id) || isReplaced(run) || run.trigger == .manual
        let pause = isFinal ? nil : definition?.retry.pause(after: run.attempt, hint: ending.retry)
        let ended = move(run.id, by: event, actions: &actions) { ended in
            ended.startedAt = ended.startedAt ?? attempt.startedAt
            ended.endedAt = endedAt
            ended.ending = ending
        }
        guard let ended else { return }
        actions.attempts.append(
            .init(
                run: run.id, attempt: run.attempt, state: ended.state, startedAt: attempt.startedAt ?? run.startedAt, endedAt: endedAt,
                ending: ending))
        if ended.state == .succeeded || ended.state == .warning {
            lastSuccess[run.job] = max(lastSuccess[run.job] ?? endedAt, endedAt)
        }
        guard let pause, ended.state.after(.retry) != nil else { return }
        // Ended and retrying fall into the same pass: one row, one write.
        runs[run.id] = ended
        move(run.id, by: .retry, actions: &actions) { retrying in
            retrying.retryAt = endedAt.moved(by: pause)
            retrying.endedAt = nil
        }
    }

    /// Ends a run that has no process.
    /// - Parameter account: what became of its slot, if no attempt of it ever started: it did not run.
    mutating func end(
        _ run: Run, because reason: String, as account: Occurrence.Account, at instant: Instant, actions: inout SchedulerActions
    ) {
        let ended = move(run.id, by: .cancelled, actions: &actions) { ended in
            ended.endedAt = instant
            ended.ending = RunEnding(summary: reason)
            ended.retryAt = nil
        }
        guard let ended, ended.startedAt == nil, let slot = ended.slot else { return }
        actions.lapses.append(LapsedClaim(run: ended, slot: slot, account: account, reason: reason, at: instant))
    }

    /// The pause before the next attempt is over.
    mutating func wake(_ id: RunID, actions: inout SchedulerActions) {
        move(id, by: .retryDue, actions: &actions) { due in
            due.attempt += 1
            due.retryAt = nil
        }
    }

    /// A slot that was claimed, but not started before a long downtime, is judged like one that was missed.
    mutating func cancelIfTooOld(_ run: Run, now: Instant, actions: inout SchedulerActions) {
        guard run.slot != nil, run.startedAt == nil, run.attempt == 1, let definition = entries[run.job]?.job.definition,
            run.dueAt.moved(by: definition.catchUp.deadline) < now
        else { return }
        end(run, because: "not started: older than catch_up.deadline", as: .missed(.deadline), at: now, actions: &actions)
    }
}
