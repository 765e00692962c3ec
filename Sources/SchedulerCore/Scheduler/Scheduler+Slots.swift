import CronSchedule

extension Scheduler {
    /// Decides about everything of one job that is due by now.
    mutating func decide(_ name: String, cause: Occurrence.MissReason, now: Instant, actions: inout SchedulerActions) {
        guard var entry = entries[name] else { return }
        settleSilence(of: &entry.cursor, job: entry.job, now: now, actions: &actions)
        entries[name]?.cursor = entry.cursor
        if entry.cursor.silentReason == nil {
            do throws(CronSearchError) {
                let plan = try SlotPlanner.plan(
                    timetable: entry.job.timetable, cursor: entry.cursor, policy: entry.job.definition.catchUp, now: now, cause: cause)
                carryOut(plan, entry: entry, now: now, actions: &actions)
                entries[name]?.cursor.accountedTo = plan.accountedTo
            } catch {
                actions.events.append(.init(.scheduleFailed, at: now, detail: "\(name): \(error)"))
            }
        }
        if let cursor = entries[name]?.cursor { actions.cursors.append(cursor) }
        reschedule(name, now: now, actions: &actions)
    }

    private mutating func carryOut(_ plan: SlotPlanner.Plan, entry: Entry, now: Instant, actions: inout SchedulerActions) {
        for missed in plan.missed {
            actions.occurrences.append(
                Occurrence(
                    job: entry.cursor.job, slot: .instant(missed.span.last), era: entry.cursor.era, account: .missed(missed.reason),
                    detail: Self.words(for: missed.reason), decidedAt: now,
                    latenessMilliseconds: max(0, now.milliseconds - missed.span.last.milliseconds),
                    spanFirst: missed.span.count > 1 ? missed.span.first : nil, count: missed.span.count))
        }
        var isFirst = true
        for start in plan.starts {
            begin(start, isFirst: isFirst, entry: entry, now: now, actions: &actions)
            isFirst = false
        }
    }

    /// A slot to run: by the condition of other jobs first, then by the overlap policy.
    private mutating func begin(
        _ start: SlotPlanner.Start, isFirst: Bool, entry: Entry, now: Instant, actions: inout SchedulerActions
    ) {
        let definition = entry.job.definition
        let missing = AfterCondition.missing(
            after: definition.after, lastStart: lastStart[definition.name], successes: lastSuccess)
        guard missing.isEmpty else {
            supersedeWaits(of: definition.name, now: now, actions: &actions)
            let wait = ConditionWait(job: definition.name, slot: start.slot, era: entry.cursor.era, trigger: start.trigger, count: 1)
            waits.append(wait)
            actions.occurrences.append(
                row(for: wait, account: .waiting(start.trigger), detail: "waits for \(missing.joined(separator: ", "))", now: now))
            return
        }
        // Further slots of one catch-up queue up behind the first; the policy is about runs that were there before.
        let decision = isFirst ? decideOverlap(of: definition) : .start
        if case .replace = decision { stopRuns(of: definition.name, now: now, actions: &actions) }
        let account: Occurrence.Account
        var detail = ""
        switch decision {
        case .skip(let reason):
            account = .skipped(.overlap)
            detail = words(for: reason, job: definition.name)
        case .start, .wait, .replace:
            let run = claim(
                definition, trigger: start.trigger, slot: .instant(start.slot), dueAt: start.dueAt, now: now, actions: &actions)
            account = start.trigger == .catchUp ? .caughtUp(run: run) : .ran(run: run)
        }
        actions.occurrences.append(
            Occurrence(
                job: definition.name, slot: .instant(start.slot), era: entry.cursor.era, account: account, detail: detail, decidedAt: now,
                latenessMilliseconds: start.latenessMilliseconds))
    }

    func decideOverlap(of definition: JobDefinition) -> OverlapPolicy.Decision {
        let runs = open.values.filter { $0.job == definition.name }
        let queued = runs.count { $0.state == .due }
        return definition.overlap.decide(running: runs.count - queued, queued: queued)
    }

    /// Makes room for a slot that replaces what is there.
    private mutating func stopRuns(of job: String, now: Instant, actions: inout SchedulerActions) {
        for run in open.values where run.job == job {
            if run.state.isLive {
                actions.stops.append(run.id)
            } else {
                end(run, by: .cancelled, ending: RunEnding(summary: "replaced by a later slot"), at: now, actions: &actions)
            }
        }
    }

    private func words(for reason: OverlapPolicy.Reason, job: String) -> String {
        switch reason {
        case .stillRunning:
            let ids = open.values.filter { $0.job == job }.map(\.id).sorted().map(\.rawValue)
            return "run \(ids.joined(separator: ", ")) has not ended"
        case .alreadyQueued: return "a slot waits already"
        }
    }

    static func words(for reason: Occurrence.MissReason) -> String {
        switch reason {
        case .down: "the daemon did not run, or was suspended"
        case .deadline: "older than catch_up.deadline"
        case .clock: "the clock was set past it"
        }
    }
}
