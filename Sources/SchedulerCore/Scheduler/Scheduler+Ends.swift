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

    /// The ledger says that a run was started, but no launcher ever ran: it is due again.
    package mutating func neverStarted(_ id: RunID) -> SchedulerActions {
        var actions = SchedulerActions()
        move(id, by: .neverStarted, actions: &actions)
        return actions
    }

    /// An attempt ended: judges it, and grants another attempt where the policy does.
    mutating func take(_ attempt: AttemptEnd, now: Instant, actions: inout SchedulerActions) {
        guard let run = open[attempt.run], run.attempt == attempt.attempt else { return }
        let definition = entries[run.job]?.job.definition
        let reading = Self.reading(of: attempt, role: surroundings.programs[run.kind], definition: definition)
        var (event, ending) = RunVerdict.judge(attempt.cause, reading: reading, timeout: definition?.timeout)
        ending.usage = attempt.usage
        if !attempt.notes.isEmpty { ending.summary += " (\(attempt.notes.joined(separator: "; ")))" }
        if let startedAt = attempt.startedAt, run.startedAt == nil { open[run.id]?.startedAt = startedAt }
        end(run, by: event, ending: ending, at: attempt.endedAt, actions: &actions)
        grantRetry(run.id, event: event, ending: ending, definition: definition, actions: &actions)
    }

    /// Ends a run in the ledger's rows and forgets it.
    mutating func end(_ run: Run, by event: RunState.Event, ending: RunEnding, at instant: Instant, actions: inout SchedulerActions) {
        let startedAt = open[run.id]?.startedAt
        guard
            move(
                run.id, by: event, actions: &actions,
                change: { ended in
                    ended.endedAt = instant
                    ended.ending = ending
                    ended.retryAt = nil
                })
        else { return }
        lastEndedJob[run.id] = run.job
        guard let state = run.state.after(event) else { return }
        if state == .succeeded || state == .warning { lastSuccess[run.job] = max(lastSuccess[run.job] ?? instant, instant) }
        actions.attempts.append(
            .init(run: run.id, attempt: run.attempt, state: state, startedAt: startedAt, endedAt: instant, ending: ending))
    }

    private mutating func grantRetry(
        _ id: RunID, event: RunState.Event, ending: RunEnding, definition: JobDefinition?, actions: inout SchedulerActions
    ) {
        guard let definition, let index = actions.rowIndex(of: id) else { return }
        let run = actions.row(at: index)
        guard run.state.after(.retry) != nil, let pause = definition.retry.pause(after: run.attempt, hint: ending.retry),
            let endedAt = run.endedAt
        else { return }
        // One row, one write: failed and retrying fall into the same pass, so the ledger goes straight to retrying.
        open[id] = run
        move(id, by: .retry, actions: &actions) { retrying in
            retrying.retryAt = endedAt.moved(by: pause)
            retrying.endedAt = nil
        }
    }

    /// Runs whose pause before the next attempt is over.
    mutating func wakeRetries(now: Instant, actions: inout SchedulerActions) {
        for run in open.values where run.state == .retrying {
            guard let retryAt = run.retryAt, retryAt <= now else { continue }
            move(run.id, by: .retryDue, actions: &actions) { due in
                due.attempt += 1
                due.retryAt = nil
            }
        }
    }

    private static func reading(of end: AttemptEnd, role: ProgramRole?, definition: JobDefinition?) -> RunVerdict.Reading {
        guard let role else { return .wire(end.result) }
        let codes = definition?.settings[role.exitCodes]
        return .program(ok: codes?["ok"]?.integers ?? [0], warning: codes?["warning"]?.integers ?? [])
    }
}

extension SchedulerActions {
    /// Where the row of a run that changed in this pass stands.
    enum RowIndex {
        case run(Int)
        case move(Int)
    }

    func rowIndex(of id: RunID) -> RowIndex? {
        runs.firstIndex { $0.id == id }.map(RowIndex.run) ?? moves.firstIndex { $0.run.id == id }.map(RowIndex.move)
    }

    func row(at index: RowIndex) -> Run {
        switch index {
        case .run(let index): runs[index]
        case .move(let index): moves[index].run
        }
    }
}

extension ConfigNode {
    fileprivate var integers: [Int]? {
        list?.compactMap { if case .integer(let integer) = $0.value { Int(integer) } else { nil } }
    }
}
