package import CronSchedule
import JobKit

extension Explanation {
    /// What a job does now, or waits for, in one sentence.
    package struct Present: Sendable, Hashable {
        package var verdict: Verdict
        package var sentence: String
    }

    /// - Parameter next: the next slot that will run; nil when there is none.
    package static func present(_ facts: ExplanationFacts, next: Instant?) -> Present {
        let verdict = verdict(now: facts, next: next)
        guard case .noSchedule = verdict else { return Present(verdict: verdict, sentence: VerdictWords(facts).sentence(verdict)) }
        return Present(verdict: verdict, sentence: "it has no schedule: \(withoutSchedule(facts))")
    }

    private static func withoutSchedule(_ facts: ExplanationFacts) -> String {
        guard let words = facts.scheduled?.definition.afterWords else { return "it runs by hand only" }
        guard case .awaits(let missing) = awaiting(facts), !missing.isEmpty else { return "it \(words)" }
        return "it \(words); still missing: \(missing.joined(separator: ", "))"
    }

    /// What each unended run of the job waits for, or how it goes on; and slots that wait for other jobs.
    package static func waits(_ facts: ExplanationFacts) -> [String] {
        let words = VerdictWords(facts)
        let runs = facts.openRuns.map { words.sentence(verdict(on: $0, facts)) }
        return runs + facts.waitingSlots.map { _ in words.sentence(awaiting(facts)) }
    }

    /// The account of a run in one sentence.
    package static func sentence(on run: Run, _ facts: ExplanationFacts) -> String {
        VerdictWords(facts).sentence(verdict(on: run, facts))
    }

    private static func verdict(now facts: ExplanationFacts, next: Instant?) -> Verdict {
        if let run = facts.openRuns.first { return verdict(on: run, facts) }
        if !facts.waitingSlots.isEmpty { return awaiting(facts) }
        guard let job = facts.scheduled else { return .willNotRun(facts.obstacleWithoutDefinition) }
        if !job.definition.enabled { return .willNotRun(.disabled) }
        if let end = facts.cursor?.pausedUntil, end > facts.now {
            return .willNotRun(.paused(until: end == JobCursor.forever ? nil : end))
        }
        if let next { return .notDue(dueAt: next) }
        if job.timetable.schedules.isEmpty { return .noSchedule(nil) }
        let reason = job.timetable.hasMoments ? "no slot is left in the calendar" : "it fires once after each boot"
        return .noSlot(before: nil, after: nil, reason: reason)
    }

    private static func verdict(on run: Run, _ facts: ExplanationFacts) -> Verdict {
        switch run.state {
        case .due, .retrying: .waiting(run.id, RunWait.judge(run, facts: facts))
        case .starting, .running, .succeeded, .warning, .failed, .timedOut, .cancelled, .interrupted: .ran(run.id, run)
        }
    }

    private static func awaiting(_ facts: ExplanationFacts) -> Verdict {
        .awaits(
            AfterCondition.missing(
                after: facts.scheduled?.definition.after ?? [], lastStart: facts.surroundings.lastStart,
                successes: facts.surroundings.successes))
    }
}

extension ExplanationFacts {
    fileprivate var openRuns: [Run] {
        surroundings.open.filter { $0.job == job }.sorted { ($0.state.isLive ? 0 : 1, $0.id) < ($1.state.isLive ? 0 : 1, $1.id) }
    }

    fileprivate var waitingSlots: [Occurrence] {
        past.occurrences.filter { row in
            if case .waiting = row.account { true } else { false }
        }
    }
}
