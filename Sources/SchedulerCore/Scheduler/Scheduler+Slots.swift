import CronSchedule

extension Scheduler {
    /// A timetable that could not be searched is asked again after this.
    static let failedSearchPause = Duration.seconds(3600)

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
        if let cursor = entries[name]?.cursor { actions.put(cursor) }
        reschedule(name, now: now, actions: &actions)
        // What is still due could not be decided: it must not make the loop spin.
        guard let next = entries[name]?.nextDue, next <= now else { return }
        setNextDue(of: name, to: now.moved(by: Self.failedSearchPause))
    }

    private mutating func carryOut(_ plan: SlotPlanner.Plan, entry: Entry, now: Instant, actions: inout SchedulerActions) {
        for missed in plan.missed {
            actions.put(
                Occurrence(
                    job: entry.cursor.job, slot: .instant(missed.span.last), era: entry.cursor.era, account: .missed(missed.reason),
                    detail: words(for: missed.reason), decidedAt: now,
                    latenessMilliseconds: max(0, now.milliseconds - missed.span.last.milliseconds),
                    spanFirst: missed.span.count > 1 ? missed.span.first : nil, count: missed.span.count))
        }
        let slots = plan.starts.map { start in
            DueSlot(
                slot: .instant(start.slot), era: entry.cursor.era, trigger: start.trigger, dueAt: start.dueAt,
                latenessMilliseconds: start.latenessMilliseconds)
        }
        begin(slots, of: entry.job.definition, now: now, actions: &actions)
    }

    /// Slots to run: by the condition of other jobs first, then by the overlap policy.
    mutating func begin(_ slots: [DueSlot], of definition: JobDefinition, now: Instant, actions: inout SchedulerActions) {
        guard !slots.isEmpty else { return }
        let missing = missingConditions(of: definition)
        // The policy is about runs that were there before; slots of one catch-up queue up behind each other.
        let decision = missing.isEmpty ? decideOverlap(of: definition) : .wait
        for slot in slots {
            giveUpWait(of: definition.name, .condition, detail: "the next slot came due first", now: now, actions: &actions)
            if missing.isEmpty {
                start(slot, of: definition, decision: decision, detail: "", now: now, actions: &actions)
            } else {
                wait(with: slot, of: definition, missing: missing, now: now, actions: &actions)
            }
        }
    }

    /// Claims a slot, or skips it, as the overlap policy decided.
    mutating func start(
        _ slot: DueSlot, of definition: JobDefinition, decision: OverlapPolicy.Decision, detail: String, now: Instant,
        actions: inout SchedulerActions
    ) {
        var account = Occurrence.Account.skipped(.overlap)
        var detail = detail
        switch decision {
        case .skip(let reason): detail = words(for: reason, job: definition.name)
        case .start, .wait, .replace:
            if case .replace = decision { cancelWaiting(of: definition.name, claimedBefore: now, actions: &actions) }
            let run = claim(definition, trigger: slot.trigger, slot: slot.slot, dueAt: slot.dueAt, now: now, actions: &actions)
            account = slot.trigger == .catchUp ? .caughtUp(run: run) : .ran(run: run)
        }
        actions.put(
            Occurrence(
                job: definition.name, slot: slot.slot, era: slot.era, account: account, detail: detail, decidedAt: now,
                latenessMilliseconds: slot.latenessMilliseconds))
    }

    func decideOverlap(of definition: JobDefinition) -> OverlapPolicy.Decision {
        let others = runs.of(job: definition.name)
        let queued = others.count { $0.state == .due }
        return definition.overlap.decide(running: others.count - queued, queued: queued)
    }

    /// Makes room for a slot that replaces what waits; live runs are asked to stop when starts are decided.
    private mutating func cancelWaiting(of job: String, claimedBefore now: Instant, actions: inout SchedulerActions) {
        for run in runs.of(job: job).sorted(by: { $0.id < $1.id }) where !run.state.isLive && run.claimedAt != now {
            end(run, because: "replaced by a later slot", as: .skipped(.overlap), at: now, actions: &actions)
        }
    }

    private func words(for reason: OverlapPolicy.Reason, job: String) -> String {
        switch reason {
        case .stillRunning:
            let ids = runs.of(job: job).map(\.id).sorted().map(\.rawValue)
            return "run \(ids.joined(separator: ", ")) has not ended"
        case .alreadyQueued: return "a slot waits already"
        case .tooManyWaiting: return "\(OverlapPolicy.waitingBound) slots wait for a free place already"
        }
    }

    private func words(for reason: Occurrence.MissReason) -> String {
        switch reason {
        case .down: ledgerRefused ? "the ledger could not be written" : "the daemon did not run, or was suspended"
        case .deadline: "older than catch_up.deadline"
        case .clock: "the clock was set past it"
        }
    }
}
