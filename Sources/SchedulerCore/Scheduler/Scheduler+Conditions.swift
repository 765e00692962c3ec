import CronSchedule

extension Scheduler {
    /// Slots that wait for other jobs: their condition may hold now, or their time may be over.
    mutating func settleWaits(now: Instant, actions: inout SchedulerActions) {
        for wait in waits.values.sorted(by: { ($0.since, $0.job) < ($1.since, $1.job) }) {
            guard let definition = entries[wait.job]?.job.definition, let expiry = expiry(of: wait) else { continue }
            let missing = missingConditions(of: definition)
            if missing.isEmpty {
                waits[wait.job] = nil
                let slot = DueSlot(
                    slot: wait.slot, era: wait.era, trigger: wait.trigger, dueAt: now, latenessMilliseconds: wait.lateness(at: now))
                start(
                    slot, of: definition, decision: decideOverlap(of: definition), detail: "its condition held", now: now, actions: &actions
                )
            } else if now >= expiry {
                giveUpWait(
                    of: wait.job, .condition, detail: "\(missing.joined(separator: ", ")) did not succeed in time", now: now,
                    actions: &actions)
            }
        }
    }

    /// The jobs of `after:` that have not succeeded since the last start.
    func missingConditions(of definition: JobDefinition) -> [String] {
        AfterCondition.missing(after: definition.after, lastStart: lastStart[definition.name], successes: lastSuccess)
    }

    /// Keeps a due slot until its condition holds, in the place of an earlier one.
    mutating func wait(with slot: DueSlot, of definition: JobDefinition, missing: [String], now: Instant, actions: inout SchedulerActions) {
        let wait = ConditionWait(
            job: definition.name, slot: slot.slot, era: slot.era, trigger: slot.trigger, since: slot.slot.instant ?? now)
        waits[definition.name] = wait
        setAlarm(.wait(definition.name), at: wait.since.moved(by: definition.catchUp.deadline))
        actions.put(row(for: wait, account: .waiting(slot.trigger), detail: "waits for \(missing.joined(separator: ", "))", now: now))
    }

    /// Ends the wait of a job, if it waits, with a row that says why.
    mutating func giveUpWait(
        of job: String, _ reason: Occurrence.SkipReason, detail: String, now: Instant, actions: inout SchedulerActions
    ) {
        guard let wait = waits.removeValue(forKey: job) else { return }
        actions.put(row(for: wait, account: .skipped(reason), detail: detail, now: now))
    }

    /// Jobs without a schedule that wait for one of `jobs`, or are one of them, start when their condition holds.
    mutating func startDependents(of jobs: [String], now: Instant, actions: inout SchedulerActions) {
        let names = Set(jobs.flatMap { dependents[$0, default: []] } + jobs).sorted()
        for name in names {
            guard let entry = entries[name], !entry.job.definition.after.isEmpty, entry.job.timetable.schedules.isEmpty,
                entry.cursor.silentReason == nil, runs.of(job: name).isEmpty, missingConditions(of: entry.job.definition).isEmpty
            else { continue }
            _ = claim(entry.job.definition, trigger: .after, slot: nil, dueAt: now, now: now, actions: &actions)
        }
    }

    private func row(for wait: ConditionWait, account: Occurrence.Account, detail: String, now: Instant) -> Occurrence {
        Occurrence(
            job: wait.job, slot: wait.slot, era: wait.era, account: account, detail: detail, decidedAt: now,
            latenessMilliseconds: wait.lateness(at: now))
    }
}

extension ConditionWait {
    fileprivate func lateness(at now: Instant) -> Int64 { max(0, now.milliseconds - since.milliseconds) }
}
