package import CronSchedule
import HeapModule

extension Scheduler {
    /// Puts a change of the files in force: only the jobs that it names are touched, and what was due under their old definitions is
    /// decided first. Open runs are left alone. A pass comes before it, and one follows.
    ///
    /// A job whose timetable changed counts from now on; one that comes back after it had no file does so too.
    package mutating func change(_ changes: JobChanges, now: Instant) -> SchedulerActions {
        var actions = SchedulerActions()
        put(changes.placed, without: changes.removed, now: now, isStart: false, actions: &actions)
        finish(&actions, now: now)
        return actions
    }

    /// The first call of a daemon: ``lookAtStart(now:actions:)`` and all jobs as one transaction, then a pass follows.
    package mutating func begin(with jobs: [ScheduledJob], now: Instant) -> SchedulerActions {
        var actions = SchedulerActions()
        lookAtStart(now: now, actions: &actions)
        put(jobs, without: [], now: now, isStart: true, actions: &actions)
        setAlarmsOfRunsAndWaits()
        finish(&actions, now: now)
        return actions
    }

    /// - Parameter isStart: whether the daemon starts: then each boot's `@reboot` slot may be due.
    private mutating func put(
        _ jobs: [ScheduledJob], without removed: [String], now: Instant, isStart: Bool, actions: inout SchedulerActions
    ) {
        let timetables = Dictionary(jobs.map { ($0.definition.name, $0.timetable.fingerprint) }, uniquingKeysWith: { first, _ in first })
        let names = (removed + timetables.keys).filter { entries[$0] != nil }.sorted()
        let touchesConditions = !names.allSatisfy { entries[$0]?.job.definition.after.isEmpty ?? true }
        retire(names, staying: timetables, now: now, actions: &actions)
        // The first daemon of a ledger finds its jobs; they were not added to it.
        let isFirst = isStart && idleCursors.isEmpty
        for job in jobs where !isFirst {
            noteChange(of: job.definition.name, to: timetables[job.definition.name], now: now, actions: &actions)
        }
        entries.reserveCapacity(entries.count + jobs.count)
        actions.reserve(cursors: jobs.count)
        for job in jobs { place(job, timetable: timetables[job.definition.name], now: now, isStart: isStart, actions: &actions) }
        retired = retired.filter { entries[$0.key] == nil && runs.of(job: $0.key).contains(where: \.state.isLive) }
        if touchesConditions || jobs.contains(where: { !$0.definition.after.isEmpty }) { findDependents() }
        forgetTimetables(now: now, actions: &actions)
        settleHomeless(isStart: isStart, now: now, actions: &actions)
        for name in names { if let wait = waits[name], let end = expiry(of: wait) { setAlarm(.wait(name), at: end) } }
    }

    private mutating func findDependents() {
        dependents = [:]
        for (name, entry) in entries.filter({ !$0.value.job.definition.after.isEmpty }).sorted(by: { $0.key < $1.key }) {
            for other in entry.job.definition.after { dependents[other, default: []].append(name) }
        }
    }

    /// Takes jobs out of force, after deciding what was due under their old definitions.
    private mutating func retire(_ names: [String], staying timetables: [String: String], now: Instant, actions: inout SchedulerActions) {
        for name in names {
            if let due = entries[name]?.nextDue, due <= now { decide(name, cause: .down, now: now, actions: &actions) }
            guard var entry = entries[name] else { continue }
            if timetables[name] != entry.cursor.timetable {
                writeSilence(of: &entry.cursor, job: entry.job, upTo: now, now: now, actions: &actions)
            }
            idleCursors[name] = entry.cursor
            if timetables[name] == nil { retired[name] = entry.job.definition }
        }
        for name in names { entries[name] = nil }
    }

    /// Writes down that a job's slots are others from now on, so that later nobody misses those that it never owed.
    private func noteChange(of job: String, to timetable: String?, now: Instant, actions: inout SchedulerActions) {
        switch idleCursors[job]?.timetable {
        case nil, JobCursor.noTimetable: actions.events.append(.init(.jobAdded, at: now, job: job, detail: "it has a job file"))
        case timetable: break
        default: actions.events.append(.init(.jobChanged, at: now, job: job, detail: "its timetable is another one"))
        }
    }

    private mutating func place(_ job: ScheduledJob, timetable: String?, now: Instant, isStart: Bool, actions: inout SchedulerActions) {
        let name = job.definition.name
        let before = idleCursors.removeValue(forKey: name)
        var cursor = before ?? newCursor(for: job, now: now)
        if cursor.jitterSpan != job.definition.timing.jitter {
            cursor.jitterSpan = job.definition.timing.jitter
            cursor.jitter = Jitter.offset(host: surroundings.host, job: name, span: cursor.jitterSpan)
        }
        followStepAtStart(&cursor, job: job, now: now, actions: &actions)
        if let old = cursor.timetable, old != timetable {
            // A slot of the new timetable whose jitter is not over is still to come.
            let isNew = old == JobCursor.noTimetable || job.timetable.isElapsedOnly
            cursor.accountedTo = isNew ? now : max(cursor.accountedTo, now.moved(by: .zero - cursor.jitter))
        }
        cursor.timetable = timetable
        settleSilence(of: &cursor, job: job, now: now, actions: &actions)
        entries[name] = Entry(job: job, cursor: cursor)
        if job.timetable.servesBoots {
            serveBoot(of: name, isStart: isStart, now: now, actions: &actions)
            cursor = entries[name]?.cursor ?? cursor
        }
        if cursor != before { actions.put(cursor) }
        reschedule(name, now: now, actions: &actions)
    }

    private func newCursor(for job: ScheduledJob, now: Instant) -> JobCursor {
        let span = job.definition.timing.jitter
        let offset = Jitter.offset(host: surroundings.host, job: job.definition.name, span: span)
        return JobCursor(job: job.definition.name, now: now, era: clock.era, jitter: offset, jitterSpan: span)
    }

    /// Ends a silence that is over, and begins one that the definition or a pause asks for.
    mutating func settleSilence(of cursor: inout JobCursor, job: ScheduledJob, now: Instant, actions: inout SchedulerActions) {
        let reason = Silence.reason(enabled: job.definition.enabled, pausedUntil: cursor.pausedUntil, now: now)
        if reason != cursor.silentReason {
            // The slot at the very end of a pause is the first one that runs; it may be long ago after a downtime.
            let lastPaused = cursor.pausedUntil.map { $0.moved(by: .milliseconds(-1)) }
            let end = cursor.silentReason == .paused ? min(now, lastPaused ?? now) : now
            writeSilence(of: &cursor, job: job, upTo: end, now: now, actions: &actions)
            cursor.silentReason = reason
            if let reason { giveUpWait(of: cursor.job, reason, detail: "the job is \(reason.rawValue)", now: now, actions: &actions) }
        }
        if let end = cursor.pausedUntil, end <= now { cursor.pausedUntil = nil }
    }

    /// Writes the row for the slots of a silence up to `end`.
    mutating func writeSilence(
        of cursor: inout JobCursor, job: ScheduledJob, upTo end: Instant, now: Instant, actions: inout SchedulerActions
    ) {
        do throws(CronSearchError) {
            guard let row = try Silence.row(for: cursor, timetable: job.timetable, upTo: end, now: now) else { return }
            actions.put(row)
            if let last = row.slot.instant { cursor.accountedTo = last }
        } catch {
            actions.events.append(.init(.scheduleFailed, at: now, detail: "\(cursor.job): \(error)"))
        }
    }

    /// The slot of a boot is due when a daemon starts for the first time after it; a job that comes later has missed nothing.
    private mutating func serveBoot(of name: String, isStart: Bool, now: Instant, actions: inout SchedulerActions) {
        guard let entry = entries[name], entry.cursor.bootServed != surroundings.bootID else { return }
        entries[name]?.cursor.bootServed = surroundings.bootID
        guard isStart else { return }
        let slot = Slot.boot(surroundings.bootID)
        if let reason = entry.cursor.silentReason {
            actions.put(
                Occurrence(
                    job: name, slot: slot, era: entry.cursor.era, account: .skipped(reason), detail: "the job is \(reason.rawValue)",
                    decidedAt: now, latenessMilliseconds: 0))
        } else {
            let due = DueSlot(slot: slot, era: entry.cursor.era, trigger: .schedule, dueAt: now, latenessMilliseconds: 0)
            begin([due], of: entry.job.definition, now: now, actions: &actions)
        }
    }

    /// Jobs that have no file owe no slots until they come back.
    private mutating func forgetTimetables(now: Instant, actions: inout SchedulerActions) {
        let gone = idleCursors.filter { $0.value.timetable != JobCursor.noTimetable }.sorted { $0.key < $1.key }
        for (name, cursor) in gone {
            var idle = cursor
            idle.timetable = JobCursor.noTimetable
            idleCursors[name] = idle
            actions.put(idle)
            actions.events.append(.init(.jobRemoved, at: now, job: name, detail: "its job file is gone"))
        }
    }

    /// What waits to start, but has no job any more, or waited too long over a downtime.
    private mutating func settleHomeless(isStart: Bool, now: Instant, actions: inout SchedulerActions) {
        for run in (runs.inState(.due) + runs.inState(.retrying)).sorted(by: { $0.id < $1.id }) {
            if entries[run.job] == nil {
                end(run, because: "its job file is gone", as: .skipped(.disabled), at: now, actions: &actions)
            } else if isStart, run.state == .due, run.claimedAt != now {
                cancelIfTooOld(run, now: now, actions: &actions)
            }
        }
        for job in waits.keys.sorted() where entries[job] == nil {
            giveUpWait(of: job, .condition, detail: "the job file is gone", now: now, actions: &actions)
        }
    }

    /// Sets when a job is looked at next, by its timetable and by the end of its pause.
    mutating func reschedule(_ name: String, now: Instant, actions: inout SchedulerActions) {
        guard let entry = entries[name] else { return }
        do throws(CronSearchError) {
            setNextDue(of: name, to: try Self.nextLook(at: entry))
        } catch {
            actions.events.append(.init(.scheduleFailed, at: now, detail: "\(name): \(error)"))
            setNextDue(of: name, to: now.moved(by: Self.failedSearchPause))
        }
    }

    mutating func setNextDue(of name: String, to next: Instant?) {
        guard entries[name]?.nextDue != next else { return }
        entries[name]?.nextDue = next
        if let next { setAlarm(.job(name), at: next) }
    }

    private static func nextLook(at entry: Entry) throws(CronSearchError) -> Instant? {
        switch entry.cursor.silentReason {
        case nil: try SlotPlanner.nextDue(timetable: entry.job.timetable, cursor: entry.cursor)
        case .paused: entry.cursor.pausedUntil == JobCursor.forever ? nil : entry.cursor.pausedUntil
        case .disabled, .overlap, .condition: nil
        }
    }
}
