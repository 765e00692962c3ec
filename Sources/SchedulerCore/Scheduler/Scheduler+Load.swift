package import CronSchedule
import HeapModule

extension Scheduler {
    /// Puts `jobs` in force, at start or after a change of the files. Open runs are left alone.
    /// - Parameter isStart: whether the daemon starts: then each boot's `@reboot` slot may be due.
    package mutating func load(_ jobs: [ScheduledJob], now: Instant, isStart: Bool) -> SchedulerActions {
        var actions = SchedulerActions()
        for entry in entries.values { idleCursors[entry.cursor.job] = entry.cursor }
        entries = [:]
        queue = Heap()
        dependents = [:]
        for job in jobs {
            for other in job.definition.after { dependents[other, default: []].append(job.definition.name) }
            place(job, now: now, isStart: isStart, actions: &actions)
        }
        cancelHomeless(now: now, actions: &actions)
        return actions
    }

    private mutating func place(_ job: ScheduledJob, now: Instant, isStart: Bool, actions: inout SchedulerActions) {
        let name = job.definition.name
        var cursor = idleCursors.removeValue(forKey: name) ?? newCursor(for: job, now: now, isStart: isStart)
        let before = cursor
        if cursor.jitterSpan != job.definition.timing.jitter {
            cursor.jitterSpan = job.definition.timing.jitter
            cursor.jitter = Jitter.offset(host: surroundings.host, job: name, span: cursor.jitterSpan)
        }
        settleSilence(of: &cursor, job: job, now: now, actions: &actions)
        serveBoot(&cursor, job: job, now: now, actions: &actions)
        entries[name] = Entry(job: job, cursor: cursor)
        if cursor != before || cursor.accountedTo == now { actions.cursors.append(cursor) }
        reschedule(name, now: now, actions: &actions)
    }

    private func newCursor(for job: ScheduledJob, now: Instant, isStart: Bool) -> JobCursor {
        let span = job.definition.timing.jitter
        let offset = Jitter.offset(host: surroundings.host, job: job.definition.name, span: span)
        var cursor = JobCursor(job: job.definition.name, now: now, era: clock.era, jitter: offset, jitterSpan: span)
        if !isStart { cursor.bootServed = surroundings.bootID }
        return cursor
    }

    /// Ends a silence that is over, and begins one that the definition or a pause asks for.
    mutating func settleSilence(of cursor: inout JobCursor, job: ScheduledJob, now: Instant, actions: inout SchedulerActions) {
        let reason = Silence.reason(enabled: job.definition.enabled, pausedUntil: cursor.pausedUntil, now: now)
        guard reason != cursor.silentReason else { return }
        if cursor.silentReason != nil {
            do throws(CronSearchError) {
                if let row = try Silence.row(for: cursor, timetable: job.timetable, now: now) { actions.occurrences.append(row) }
            } catch {
                actions.events.append(.init(.scheduleFailed, at: now, detail: "\(cursor.job): \(error)"))
            }
            cursor.accountedTo = max(cursor.accountedTo, now)
        }
        cursor.silentReason = reason
        if reason != .paused { cursor.pausedUntil = nil }
    }

    private mutating func serveBoot(_ cursor: inout JobCursor, job: ScheduledJob, now: Instant, actions: inout SchedulerActions) {
        guard job.timetable.servesBoots, cursor.bootServed != surroundings.bootID else { return }
        cursor.bootServed = surroundings.bootID
        let slot = Slot.boot(surroundings.bootID)
        if let reason = cursor.silentReason {
            actions.occurrences.append(
                Occurrence(
                    job: cursor.job, slot: slot, era: cursor.era, account: .skipped(reason), detail: "the job is \(reason.rawValue)",
                    decidedAt: now, latenessMilliseconds: 0))
            return
        }
        let run = claim(job.definition, trigger: .schedule, slot: slot, dueAt: now, now: now, actions: &actions)
        actions.occurrences.append(
            Occurrence(
                job: cursor.job, slot: slot, era: cursor.era, account: .ran(run: run), detail: "first start after the boot", decidedAt: now,
                latenessMilliseconds: 0))
    }

    /// Runs that wait to start, but whose job has no file any more.
    private mutating func cancelHomeless(now: Instant, actions: inout SchedulerActions) {
        for run in open.values where entries[run.job] == nil && (run.state == .due || run.state == .retrying) {
            end(run, by: .cancelled, ending: RunEnding(summary: "its job file is gone"), at: now, actions: &actions)
        }
        for wait in waits where entries[wait.job] == nil {
            actions.occurrences.append(row(for: wait, account: .skipped(.condition), detail: "the job file is gone", now: now))
        }
        waits.removeAll { entries[$0.job] == nil }
    }

    /// Sets when a job is looked at next, by its timetable and by the end of its pause.
    mutating func reschedule(_ name: String, now: Instant, actions: inout SchedulerActions) {
        guard let entry = entries[name] else { return }
        var next: Instant?
        do throws(CronSearchError) {
            if entry.cursor.silentReason == nil { next = try SlotPlanner.nextDue(timetable: entry.job.timetable, cursor: entry.cursor) }
        } catch {
            actions.events.append(.init(.scheduleFailed, at: now, detail: "\(name): \(error)"))
        }
        if entry.cursor.silentReason == .paused, let end = entry.cursor.pausedUntil, end != JobCursor.forever { next = end }
        entries[name]?.nextDue = next
        if let next { queue.insert(Due(at: next, job: name)) }
    }
}
