package import CronSchedule
import JobKit

extension Explanation {
    /// Judges the facts about one moment.
    /// - Throws: only for a zone whose rules contradict themselves.
    package init(_ facts: ExplanationFacts) throws(CronSearchError) {
        let judge = MomentJudge(facts)
        let found = try judge.finder.find()
        let verdict = try judge.verdict(on: found)
        let row = found.flatMap { judge.row(of: $0.slot) }
        self.init(
            job: facts.job, moment: facts.moment, slot: found?.slot, relation: found?.relation ?? .exact, verdict: verdict, row: row,
            sentence: VerdictWords(facts).sentence(verdict), facts: try FactList(facts, found: found, row: row).all)
    }
}

/// Decides what became of a slot, or will become of it, from what is known.
struct MomentJudge {
    let facts: ExplanationFacts
    let finder: SlotFinder

    init(_ facts: ExplanationFacts) {
        self.facts = facts
        finder = SlotFinder(facts)
    }

    private var cursor: JobCursor? { facts.cursor }
    private var jitter: Duration { cursor?.jitter ?? .zero }

    func verdict(on found: SlotFinder.Found?) throws(CronSearchError) -> Verdict {
        guard let found else { return try verdictWithoutSlot() }
        if let row = row(of: found.slot) {
            if let slot = found.slot.instant, try isDueAgain(slot, after: row) { return verdict(onOpen: slot) ?? .notDue(dueAt: due(slot)) }
            return verdict(on: row)
        }
        if let run = facts.past.runs.last(where: { $0.slot == found.slot }) { return verdict(on: run) }
        guard let slot = found.slot.instant else { return .unknown(.noRow) }
        if due(slot) > facts.now { return try future(slot) }
        return try past(slot)
    }

    /// The row that accounts for a slot; of several eras the newest.
    func row(of slot: Slot) -> Occurrence? {
        facts.past.occurrences.filter { row in
            if row.slot == slot { return true }
            guard let first = row.spanFirst, let last = row.slot.instant, let instant = slot.instant else { return false }
            return first <= instant && instant <= last
        }.max { ($0.era, $0.decidedAt) < ($1.era, $1.decidedAt) }
    }

    private func due(_ slot: Instant) -> Instant { slot.moved(by: jitter) }

    // MARK: Rows

    private func verdict(on row: Occurrence) -> Verdict {
        switch row.account {
        case .ran(let id), .caughtUp(let id):
            let run = facts.past.runs.first { $0.id == id }
            if let run, run.state == .due || run.state == .retrying { return .waiting(id, RunWait.judge(run, facts: facts)) }
            if case .caughtUp = row.account { return .caughtUp(id, run) }
            return .ran(id, run)
        case .waiting: return .awaits(missingConditions)
        case .skipped(let reason): return .skipped(reason, detail: row.detail)
        case .missed(let reason): return .missed(reason, absence(before: row))
        }
    }

    private func verdict(on run: Run) -> Verdict {
        if run.state == .due || run.state == .retrying { return .waiting(run.id, RunWait.judge(run, facts: facts)) }
        return run.trigger == .catchUp ? .caughtUp(run.id, run) : .ran(run.id, run)
    }

    private var missingConditions: [String] {
        AfterCondition.missing(
            after: facts.scheduled?.definition.after ?? [], lastStart: facts.surroundings.lastStart, successes: facts.surroundings.successes
        )
    }

    /// Who did not look between a slot and the decision about it.
    private func absence(before row: Occurrence) -> Verdict.Absence? {
        switch row.account {
        case .missed(.clock): return nil
        case .missed(.down), .missed(.deadline): break
        case .waiting, .ran, .caughtUp, .skipped: return nil
        }
        let slot = facts.moment(of: row)
        let lives = facts.past.events.filter { $0.kind == .started || $0.kind == .stopped }
        guard let started = lives.first(where: { $0.kind == .started && $0.at > slot && $0.at <= row.decidedAt }) else {
            return lives.contains { $0.at <= slot } ? .asleep(until: row.decidedAt) : nil
        }
        let before = lives.last { $0.at <= slot }
        guard let before else { return .noDaemon(from: facts.past.lastSign, until: started.at, died: false) }
        guard before.kind == .started else { return .noDaemon(from: before.at, until: started.at, died: false) }
        return .noDaemon(from: max(before.at, facts.past.lastSign ?? before.at), until: started.at, died: true)
    }

    // MARK: The time to come

    /// Whether a slot that has a row counts once more, because the clock was set back.
    private func isDueAgain(_ slot: Instant, after row: Occurrence) throws(CronSearchError) -> Bool {
        guard let cursor, row.era < cursor.era, slot > cursor.accountedTo, let timetable = facts.scheduled?.timetable else { return false }
        return try timetable.next(after: slot.moved(by: .milliseconds(-1)), fixedFloor: cursor.fixedFloor) == slot
    }

    private func future(_ slot: Instant) throws(CronSearchError) -> Verdict {
        if facts.scheduled?.definition.enabled == false { return .willNotRun(.disabled) }
        // A slot at the very end of a pause runs.
        if let end = cursor?.pausedUntil, slot < end, end > facts.now {
            return .willNotRun(.paused(until: end == JobCursor.forever ? nil : end))
        }
        if let floor = cursor?.fixedFloor, let timetable = facts.scheduled?.timetable, slot <= floor,
            try timetable.next(after: slot.moved(by: .milliseconds(-1)), fixedFloor: floor) != slot
        {
            return .willNotRun(.servedBefore(upTo: floor))
        }
        return .notDue(dueAt: due(slot))
    }

    // MARK: The time gone by, without a row

    private func past(_ slot: Instant) throws(CronSearchError) -> Verdict {
        guard facts.hasLedger else { return .unknown(.noLedger) }
        guard let cursor else { return .unknown(.neverSeen) }
        if slot > cursor.accountedTo, let verdict = verdict(onOpen: slot) { return verdict }
        return lost(slot)
    }

    /// A slot that nobody has accounted for yet; nil when that is not how it is.
    private func verdict(onOpen slot: Instant) -> Verdict? {
        guard let cursor, let job = facts.scheduled, due(slot) <= facts.now else { return nil }
        if cursor.timetable == JobCursor.noTimetable { return nil }
        if let known = cursor.timetable, known != job.timetable.fingerprint { return .undecided(.otherTimetable) }
        if let reason = cursor.silentReason {
            let end = reason == .paused ? cursor.pausedUntil.flatMap { $0 == JobCursor.forever ? nil : $0 } : nil
            if end.map({ slot < $0 }) ?? true { return .silent(reason, until: end) }
        }
        if facts.hasDaemon { return .undecided(.byDaemon(.milliseconds(facts.now.distance(from: due(slot))))) }
        let since = lastSeen
        guard let plan = plan(job, cursor: cursor) else { return .undecided(.willBeMissed(since: since, .down)) }
        if plan.starts.contains(where: { $0.slot == slot }) { return .undecided(.willBeCaughtUp(since: since)) }
        let missed = plan.missed.first { $0.span.first <= slot && slot <= $0.span.last }
        return .undecided(.willBeMissed(since: since, missed?.reason ?? .down))
    }

    /// What a daemon that starts now would do; nil for a timetable that cannot be searched.
    private func plan(_ job: ScheduledJob, cursor: JobCursor) -> SlotPlanner.Plan? {
        do throws(CronSearchError) {
            return try SlotPlanner.plan(timetable: job.timetable, cursor: cursor, policy: job.definition.catchUp, now: facts.now)
        } catch {
            return nil  // The search for the slot itself has told of such a zone already.
        }
    }

    /// When a daemon was last known to be there.
    private var lastSeen: Instant? {
        if let last = facts.past.events.last(where: { $0.kind == .started || $0.kind == .stopped }), last.kind == .stopped {
            return last.at
        }
        return facts.clock?.lastSeen
    }

    /// A slot of a time that is accounted for, of which there is no row.
    private func lost(_ slot: Instant) -> Verdict {
        if let verdict = notOwed(slot) { return verdict }
        if let gap = setAside(after: slot) { return gap }
        if let began = facts.past.began, slot < began { return .notOwed(.beforeLedger(began: began)) }
        if let rule = facts.scheduled?.definition.history {
            let limit = facts.now.moved(by: .zero - rule.maxAge)
            if slot < limit { return .pruned(.age(limit: limit)) }
        }
        if facts.past.isFull, facts.past.oldestRow.map({ slot < $0 }) ?? true { return .pruned(.number(oldest: facts.past.oldestRow)) }
        if let oldest = facts.past.oldestRow, slot < oldest { return .unknown(.beforeFirstRow(oldest: oldest)) }
        return .unknown(.noRow)
    }

    private func setAside(after slot: Instant) -> Verdict? {
        let event = facts.past.events.first { $0.kind == .ledgerSetAside && $0.at > slot }
        let file = facts.past.setAside.filter { $0.at > slot }.min { $0.at < $1.at }
        if let file { return .unknown(.setAside(path: file.path, at: file.at)) }
        return event.map { .unknown(.setAside(path: nil, at: $0.at)) }
    }

    private func notOwed(_ slot: Instant) -> Verdict? {
        let changes = facts.past.events.filter { event in
            guard event.job == facts.job else { return false }
            switch event.kind {
            case .jobAdded, .jobChanged, .jobRemoved: return true
            case .started, .stopped, .clockForward, .clockBack, .ledgerBegun, .ledgerSetAside, .jobPaused, .jobResumed, .asked, .other:
                return false
            }
        }
        if let before = changes.last(where: { $0.at <= slot }), before.kind == .jobRemoved { return .notOwed(.removed(at: before.at)) }
        guard let next = changes.first(where: { $0.at > slot }) else { return nil }
        switch next.kind {
        case .jobAdded: return .notOwed(.addedLater(at: next.at))
        case .jobChanged: return .notOwed(.changedLater(at: next.at))
        case .started, .stopped, .clockForward, .clockBack, .ledgerBegun, .ledgerSetAside, .jobRemoved, .jobPaused, .jobResumed, .asked,
            .other:
            return nil
        }
    }

    // MARK: Moments without a slot

    private func verdictWithoutSlot() throws(CronSearchError) -> Verdict {
        let (before, after) = try finder.neighbours()
        guard let timetable = facts.scheduled?.timetable else {
            if let run = facts.runInQuestion { return verdict(on: run) }
            if facts.moment > facts.now { return .willNotRun(facts.obstacleWithoutDefinition) }
            if before != nil || after != nil { return .noSlot(before: before, after: after, reason: "") }
            if case .fileError(let problem) = facts.obstacleWithoutDefinition { return .unknown(.fileError(problem)) }
            return .unknown(facts.hasLedger ? .noDefinition : .noLedger)
        }
        if timetable.schedules.isEmpty, before == nil, after == nil { return .noSchedule(facts.runInQuestion) }
        let calendar = ExplainedTimetable(timetable, cursor: cursor, now: facts.now)
        return .noSlot(before: before, after: after, reason: try calendar.reason(at: facts.moment, writtenOffset: facts.writtenOffset))
    }
}

extension ExplanationFacts {
    /// The moment that a row is asked about: of a span the moment in question, where it lies in it.
    func moment(of row: Occurrence) -> Instant {
        guard let slot = row.slot.instant else { return row.decidedAt }
        guard let first = row.spanFirst, first <= moment, moment <= slot else { return slot }
        return moment
    }

    /// Why the job runs at no moment to come while no definition of it is known.
    var obstacleWithoutDefinition: Verdict.Obstacle {
        switch source {
        case .broken(let problem): .fileError(problem)
        case .gone, .file, .lastGood: .noFile
        }
    }

    /// The run of the job that was under way at the moment. How long one that goes on will still do so, nobody knows.
    var runUnderWay: Run? {
        past.runs.filter { run in
            guard run.job == job, run.claimedAt <= moment else { return false }
            return run.endedAt.map { $0 >= moment } ?? (!run.state.isEnded && moment <= now)
        }.max { $0.claimedAt < $1.claimedAt }
    }

    /// The run that a moment means for a job without slots: under way, or so near that it was meant.
    var runInQuestion: Run? {
        if let runUnderWay { return runUnderWay }
        func distance(_ run: Run) -> Int64 {
            min(abs(moment.distance(from: run.claimedAt)), run.endedAt.map { abs(moment.distance(from: $0)) } ?? .max)
        }
        let own = past.runs.filter { $0.job == job && distance($0) <= SlotFinder.tolerance.wholeMilliseconds }
        return own.min { (distance($0), $0.id) < (distance($1), $1.id) }
    }
}
