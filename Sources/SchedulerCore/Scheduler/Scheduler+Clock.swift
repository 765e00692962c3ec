package import CronSchedule
import HeapModule
import JobKit

extension Scheduler {
    /// Compares the wall clock with the clock that nobody sets, and moves every job's cursor after a step.
    mutating func look(at now: Instant, elapsed: Duration, actions: inout SchedulerActions) -> ClockStep {
        let step = ClockStep.judge(before: lastWall, now: now, elapsed: elapsed - lastElapsed)
        apply(step, now: now, actions: &actions)
        lastWall = now
        lastElapsed = elapsed
        return step
    }

    /// The same at the start of the daemon, against the last time in the ledger.
    package mutating func lookAtStart(now: Instant) -> SchedulerActions {
        var actions = SchedulerActions()
        apply(ClockStep.judge(before: clock.lastSeen, now: now, elapsed: nil), now: now, actions: &actions)
        clock.lastSeen = now
        clock.bootID = surroundings.bootID
        actions.clock = clock
        return actions
    }

    private mutating func apply(_ step: ClockStep, now: Instant, actions: inout SchedulerActions) {
        let moved: Duration
        switch step {
        case .none: return
        case .forward(let by):
            actions.events.append(.init(.clockForward, at: now, detail: "the clock was set forward by \(by.settingText)"))
            moved = by
        case .backSmall(let by), .backLarge(let by):
            clock.era += 1
            actions.events.append(.init(.clockBack, at: now, detail: "the clock was set back by \(by.settingText); era \(clock.era)"))
            moved = .zero - by
        }
        for (name, entry) in entries {
            let isElapsedOnly = entry.job.timetable.isElapsedOnly
            let cursor = step.applied(to: entry.cursor, now: now, era: clock.era, isElapsedOnly: isElapsedOnly)
            guard cursor != entry.cursor else { continue }
            entries[name]?.cursor = cursor
            actions.cursors.append(cursor)
        }
        for (name, cursor) in idleCursors {
            idleCursors[name] = step.applied(to: cursor, now: now, era: clock.era, isElapsedOnly: false)
        }
        shiftRetries(by: moved, actions: &actions)
        queue = Heap()
        for name in entries.keys { reschedule(name, now: now, actions: &actions) }
    }

    /// A pause before an attempt is a span of time, whatever the clock says.
    private mutating func shiftRetries(by span: Duration, actions: inout SchedulerActions) {
        for run in open.values where run.state == .retrying {
            guard let retryAt = run.retryAt else { continue }
            var shifted = run
            shifted.retryAt = retryAt.moved(by: span)
            open[run.id] = shifted
            actions.moves.append(.init(run: shifted, from: .retrying))
        }
    }
}

extension JobTimetable {
    /// Whether all its schedules count elapsed time and none looks at the calendar.
    var isElapsedOnly: Bool {
        !schedules.isEmpty
            && schedules.allSatisfy { schedule in
                switch schedule.kind {
                case .every, .reboot: true
                case .calendar: false
                }
            }
    }
}
