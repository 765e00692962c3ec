import CronSchedule
import JobKit

/// Verdicts as sentences.
struct VerdictWords {
    private let facts: ExplanationFacts
    private let words: MomentWords

    init(_ facts: ExplanationFacts) {
        self.facts = facts
        words = MomentWords(zone: facts.zone, now: facts.now)
    }

    func sentence(_ verdict: Verdict) -> String {
        switch verdict {
        case .ran(let id, let run): run.map { ran($0) } ?? "it ran: run \(id), whose own row is not kept any more"
        case .caughtUp(let id, let run):
            run.map { "it did not run in time, and was caught up: \(fate($0))" }
                ?? "it did not run in time, and was caught up: run \(id), whose own row is not kept any more"
        case .waiting(let id, let waits): waiting(id, waits)
        case .awaits(let jobs): awaits(jobs)
        case .skipped(let reason, let detail): "it did not run: skipped (\(reason.rawValue))\(detail.isEmpty ? "" : ": \(detail)")"
        case .missed(let reason, let absence): "it did not run: missed (\(reason.rawValue)): \(missed(reason, absence))"
        case .silent(let reason, let until): silent(reason, until)
        case .undecided(let undecided): sentence(undecided)
        case .notDue(let dueAt): "not due yet: due \(words.distance(to: dueAt)), at \(words.text(dueAt))"
        case .willNotRun(let obstacle): "it will not run: \(sentence(obstacle))"
        case .noSlot(let before, let after, let reason): noSlot(before, after, reason)
        case .noSchedule(let run): noSchedule(run)
        case .notOwed(let reason): "it was not owed: \(sentence(reason))"
        case .pruned(let pruned): "not known any more: \(sentence(pruned))"
        case .unknown(let gap): "not known: \(sentence(gap))"
        }
    }

    // MARK: Runs

    private func ran(_ run: Run) -> String {
        guard run.startedAt != nil || !run.state.isEnded else { return "it did not run: it was claimed as \(fate(run))" }
        return run.state.isEnded ? "it ran: \(fate(run))" : "it is running: \(fate(run))"
    }

    /// `run 01J… 2 ms late, failed after 3 s: exit status 3`.
    func fate(_ run: Run) -> String {
        guard let startedAt = run.startedAt else {
            return "run \(run.id), which never started: \(run.ending?.summary ?? run.state.rawValue)"
        }
        let late = run.slot?.instant == nil ? "" : " \(MomentWords.late(startedAt.distance(from: run.dueAt))),"
        guard run.state.isEnded, let endedAt = run.endedAt else {
            return "run \(run.id)\(late) \(run.state.rawValue) since \(words.text(startedAt)) (attempt \(run.attempt))"
        }
        let attempts = run.attempt > 1 ? " in attempt \(run.attempt)" : ""
        let time = " after \(MomentWords.span(endedAt.distance(from: startedAt)))"
        return "run \(run.id)\(late) \(run.state.words)\(attempts)\(time)\(run.ending.map { ": \($0.summary)" } ?? "")"
    }

    private func waiting(_ id: RunID, _ waits: [RunWait]) -> String {
        let what = waits.isEmpty ? "to be started" : waits.map(sentence).joined(separator: ", and ")
        return "it waits: run \(id) waits for \(what)"
    }

    private func sentence(_ wait: RunWait) -> String {
        switch wait {
        case .moment(let moment): "its next attempt at \(words.text(moment)), \(words.distance(to: moment))"
        case .earlier(let runs): "\(list(runs)) of the same job"
        case .group(let name, let runs): "a place in group \(name), which \(list(runs)) \(runs.count > 1 ? "hold" : "holds")"
        case .catchUps(let runs): "\(list(runs)), which also \(runs.count > 1 ? "make" : "makes") up for missed slots"
        case .limit(let limit): "a free place: as many runs go on as may (\(limit))"
        case .daemon: "a daemon: none runs"
        }
    }

    private func list(_ runs: [RunID]) -> String {
        runs.isEmpty ? "another run" : "run \(runs.map(\.rawValue).joined(separator: ", "))"
    }

    private func awaits(_ jobs: [String]) -> String {
        let what =
            jobs.isEmpty
            ? "its condition holds, and the next look of the daemon starts it" : "for \(jobs.joined(separator: ", ")) to succeed"
        return "it waits \(jobs.isEmpty ? "no more: " : "")\(what)"
    }

    // MARK: Slots

    private func missed(_ reason: Occurrence.MissReason, _ absence: Verdict.Absence?) -> String {
        let cause: String
        switch absence {
        case .noDaemon(let from, let until, let died):
            let start = from.map { "from \(words.text($0))\(died ? " (its last sign; it did not say that it stops)" : "")" } ?? "before"
            cause = "no daemon ran \(start) to \(words.text(until))"
        case .asleep(let until):
            cause = "a daemon was there but did not look before \(words.text(until)): the machine slept, or the daemon was held up"
        case nil: cause = reason == .clock ? "the clock was set past it" : "the daemon did not run, or was suspended"
        }
        switch reason {
        case .down, .clock: return cause
        case .deadline:
            let deadline = facts.scheduled.map { " (\($0.definition.catchUp.deadline.settingText) now)" } ?? ""
            return "older than catch_up.deadline\(deadline) when it could have run; \(cause)"
        }
    }

    private func silent(_ reason: Occurrence.SkipReason, _ until: Instant?) -> String {
        let end = until.map { " until \(words.text($0))" } ?? (reason == .paused ? " until it is resumed" : "")
        return
            "it did not run: skipped (\(reason.rawValue)): the job is \(reason.rawValue)\(end); one row for all such slots is written when that ends"
    }

    private func sentence(_ undecided: Verdict.Undecided) -> String {
        switch undecided {
        case .byDaemon(let late):
            return
                "it has been due for \(MomentWords.span(late.wholeMilliseconds)), and the daemon has not recorded it: it is about to, or is held up"
        case .willBeCaughtUp(let since): return "it has not run yet: \(absent(since)); a daemon that starts now makes up for it"
        case .willBeMissed(let since, let reason):
            return "it has not run: \(absent(since)); a daemon that starts now records it as missed (\(reason.rawValue))"
        case .otherTimetable:
            return "not known: the schedule was changed since a daemon last read it, so that nobody has accounted for this slot"
        }
    }

    private func absent(_ since: Instant?) -> String { "no daemon runs" + (since.map { " since \(words.text($0))" } ?? "") }

    private func sentence(_ obstacle: Verdict.Obstacle) -> String {
        switch obstacle {
        case .disabled: "the job is disabled"
        case .paused(let until): "the job is paused until \(until.map(words.text) ?? "it is resumed")"
        case .servedBefore(let floor):
            "the clock was set back, and fixed-time slots up to \(words.text(floor)) have been accounted for before"
        case .noFile: "the job has no file any more"
        case .fileError(let problem): "its file has an error: \(problem)"
        }
    }

    private func noSlot(_ before: Instant?, _ after: Instant?, _ reason: String) -> String {
        let near = [before, after].compactMap { $0.map(words.text) }
        let nearest = near.isEmpty ? "" : "; the nearest \(near.count > 1 ? "slots are" : "slot is") \(near.joined(separator: " and "))"
        let why = reason.isEmpty ? "" : " (\(reason))"
        return "no slot: the schedule does not fire at \(words.text(facts.moment))\(why)\(nearest)"
    }

    private func noSchedule(_ run: Run?) -> String {
        let after = facts.scheduled?.definition.after ?? []
        let way = after.isEmpty ? "by hand only" : "after \(after.joined(separator: ", "))"
        guard let run else { return "no slot: the job has no schedule, it runs \(way); no run of it was under way" }
        return run.state == .due ? "it waits: \(fate(run))" : ran(run)
    }

    private func sentence(_ reason: Verdict.NotOwed) -> String {
        switch reason {
        case .addedLater(let at): "the job had no file before \(words.text(at))"
        case .removed(let at): "the job's file was taken away at \(words.text(at))"
        case .changedLater(let at): "the job's file was changed at \(words.text(at)), and the schedule of before had no row for it"
        case .beforeLedger(let began): "the ledger began at \(words.text(began))"
        }
    }

    private func sentence(_ pruned: Verdict.Pruned) -> String {
        let rule = facts.scheduled.map { "keep \($0.definition.history.keep), max_age \($0.definition.history.maxAge.settingText)" }
        let kept = "older than what history keeps" + (rule.map { " (\($0))" } ?? "")
        switch pruned {
        case .age(let limit): return "\(kept): rows before \(words.text(limit)) are pruned"
        case .number(let oldest): return kept + (oldest.map { ": rows before \(words.text($0)) were pruned" } ?? "")
        }
    }

    private func sentence(_ gap: Verdict.Gap) -> String {
        switch gap {
        case .noLedger: "there is no ledger, so nothing has run yet or its records are elsewhere"
        case .setAside(let path, let at):
            "the ledger of that time was damaged and set aside at \(words.text(at))" + (path.map { " as \($0)" } ?? "")
        case .neverSeen: "no daemon has read this job's file yet"
        case .beforeFirstRow(let oldest):
            "the oldest row of the job is of \(words.text(oldest)); older ones were pruned, or nobody knew the job then"
        case .noRow:
            "there is no row for this slot: it had another schedule or no file then, or was read for the first time after it"
        case .noDefinition: "the job has no file, and no row or run of that time is kept"
        case .fileError(let problem): "no row or run of that time is kept, and the job's file has an error: \(problem)"
        }
    }
}

extension RunState {
    /// In a sentence.
    fileprivate var words: String {
        switch self {
        case .timedOut: "timed out"
        case .warning: "succeeded with a warning"
        case .due, .starting, .running, .succeeded, .failed, .cancelled, .interrupted, .retrying: rawValue
        }
    }
}
