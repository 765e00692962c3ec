import CronSchedule

extension Scheduler {
    /// Slots that wait for other jobs: their condition may hold now, or their time may be over.
    mutating func settleWaits(now: Instant, actions: inout SchedulerActions) {
        for wait in waits {
            guard let entry = entries[wait.job] else { continue }
            let definition = entry.job.definition
            let missing = AfterCondition.missing(after: definition.after, lastStart: lastStart[wait.job], successes: lastSuccess)
            if missing.isEmpty {
                waits.removeAll { $0 == wait }
                startWaiting(wait, definition: definition, now: now, actions: &actions)
            } else if now >= wait.expiry(for: definition) {
                waits.removeAll { $0 == wait }
                let detail = "\(missing.joined(separator: ", ")) did not succeed in time"
                replaceRow(with: row(for: wait, account: .skipped(.condition), detail: detail, now: now), actions: &actions)
            }
        }
    }

    private mutating func startWaiting(_ wait: ConditionWait, definition: JobDefinition, now: Instant, actions: inout SchedulerActions) {
        if case .skip = decideOverlap(of: definition) {
            replaceRow(
                with: row(for: wait, account: .skipped(.overlap), detail: "an earlier run has not ended", now: now), actions: &actions)
            return
        }
        let run = claim(definition, trigger: wait.trigger, slot: .instant(wait.slot), dueAt: now, now: now, actions: &actions)
        let account: Occurrence.Account = wait.trigger == .catchUp ? .caughtUp(run: run) : .ran(run: run)
        replaceRow(with: row(for: wait, account: account, detail: "its condition held", now: now), actions: &actions)
    }

    /// A later slot takes the place of one that still waits.
    mutating func supersedeWaits(of job: String, now: Instant, actions: inout SchedulerActions) {
        for wait in waits where wait.job == job {
            replaceRow(
                with: row(for: wait, account: .skipped(.condition), detail: "the next slot came due first", now: now), actions: &actions)
        }
        waits.removeAll { $0.job == job }
    }

    /// Jobs without a schedule that wait for one of `jobs`, or are one of them, start when their condition holds.
    mutating func startDependents(of jobs: [String], now: Instant, actions: inout SchedulerActions) {
        let names = Set(jobs.flatMap { dependents[$0, default: []] } + jobs).sorted()
        for name in names {
            guard let entry = entries[name], !entry.job.definition.after.isEmpty, entry.job.timetable.schedules.isEmpty,
                entry.cursor.silentReason == nil
            else { continue }
            let definition = entry.job.definition
            let missing = AfterCondition.missing(after: definition.after, lastStart: lastStart[name], successes: lastSuccess)
            let isIdle = !open.values.contains { $0.job == name }
            if missing.isEmpty, isIdle {
                _ = claim(definition, trigger: .after, slot: nil, dueAt: now, now: now, actions: &actions)
            }
        }
    }

    func row(for wait: ConditionWait, account: Occurrence.Account, detail: String, now: Instant) -> Occurrence {
        Occurrence(
            job: wait.job, slot: .instant(wait.slot), era: wait.era, account: account, detail: detail, decidedAt: now,
            latenessMilliseconds: max(0, now.milliseconds - wait.slot.milliseconds), count: wait.count)
    }

    /// Puts a row in; one of the same slot that this pass wrote before is replaced.
    func replaceRow(with row: Occurrence, actions: inout SchedulerActions) {
        actions.occurrences.removeAll { $0.job == row.job && $0.slot == row.slot && $0.era == row.era }
        actions.occurrences.append(row)
    }
}
