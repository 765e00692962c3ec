import CronSchedule
import JobKit

extension Scheduler {
    /// Compares the wall clock with the clock that nobody sets, and moves every job's cursor after a step.
    mutating func look(at now: Instant, elapsed: Duration, actions: inout SchedulerActions) -> ClockStep {
        let step = ClockStep.judge(before: lastWall, now: now, elapsed: elapsed - lastElapsed)
        if step != .none {
            record(step, now: now, actions: &actions)
            moveCursors(by: step, before: lastWall, now: now, actions: &actions)
        }
        lastWall = now
        lastElapsed = elapsed
        return step
    }

    /// The same at the start of the daemon, against the last time in the ledger. Cursors follow when their jobs are loaded.
    mutating func lookAtStart(now: Instant, actions: inout SchedulerActions) {
        stepAtStart = ClockStep.judge(before: clock.lastSeen, now: now, elapsed: nil)
        if stepAtStart != .none {
            record(stepAtStart, now: now, actions: &actions)
            moveCursors(by: stepAtStart, before: clock.lastSeen, now: now, actions: &actions)
        }
        // Rows of a time when the clock was ahead must not hold a condition for longer than until the next success.
        lastStart = lastStart.mapValues { min($0, now) }
        lastSuccess = lastSuccess.mapValues { min($0, now) }
        clock.lastSeen = now
        clock.bootID = surroundings.bootID
        actions.clock = clock
    }

    /// The event, the era, and all spans of time that go on whatever the clock says.
    private mutating func record(_ step: ClockStep, now: Instant, actions: inout SchedulerActions) {
        switch step {
        case .none: return
        case .forward(let by):
            actions.events.append(.init(.clockForward, at: now, detail: "the clock was set forward by \(by.settingText)"))
        case .backSmall(let by), .backLarge(let by):
            clock.era += 1
            actions.events.append(.init(.clockBack, at: now, detail: "the clock was set back by \(by.settingText); era \(clock.era)"))
            lastStart = lastStart.mapValues { $0.moved(by: step.shift) }
            lastSuccess = lastSuccess.mapValues { $0.moved(by: step.shift) }
        }
        for (job, wait) in waits { waits[job]?.since = wait.since.moved(by: step.shift) }
        for run in runs.inState(.retrying) {
            guard let retryAt = run.retryAt else { continue }
            var shifted = run
            shifted.retryAt = retryAt.moved(by: step.shift)
            runs[run.id] = shifted
            actions.put(shifted, from: .retrying)
        }
    }

    private mutating func moveCursors(by step: ClockStep, before: Instant, now: Instant, actions: inout SchedulerActions) {
        for (name, entry) in entries {
            var cursor = entry.cursor
            follow(step, cursor: &cursor, job: entry.job, before: before, now: now, actions: &actions)
            guard cursor != entry.cursor else { continue }
            entries[name]?.cursor = cursor
            actions.put(cursor)
            reschedule(name, now: now, actions: &actions)
        }
        rebuildAlarms()
    }

    /// Moves one cursor after a step. A silence is written up to the step: what comes after it belongs to another era.
    private mutating func follow(
        _ step: ClockStep, cursor: inout JobCursor, job: ScheduledJob, before: Instant, now: Instant, actions: inout SchedulerActions
    ) {
        switch step {
        case .none, .forward: break
        case .backSmall, .backLarge:
            if cursor.silentReason != nil { writeSilence(of: &cursor, job: job, upTo: before, now: now, actions: &actions) }
        }
        cursor = step.applied(to: cursor, now: now, era: clock.era, isElapsedOnly: job.timetable.isElapsedOnly)
    }

    /// A cursor that the ledger kept in an earlier era: the clock was set back while no daemon ran, or while the job had no file.
    mutating func followStepAtStart(_ cursor: inout JobCursor, job: ScheduledJob, now: Instant, actions: inout SchedulerActions) {
        guard cursor.era < clock.era else { return }
        defer { cursor.era = clock.era }
        guard cursor.timetable != JobCursor.noTimetable else {
            cursor.fixedFloor = nil
            return
        }
        var step = stepAtStart
        var before = lastSeenAtStart
        if step == .none {
            step = ClockStep.judge(before: max(cursor.accountedTo, now), now: now, elapsed: nil)
            before = cursor.accountedTo
        }
        follow(step, cursor: &cursor, job: job, before: before, now: now, actions: &actions)
    }
}
