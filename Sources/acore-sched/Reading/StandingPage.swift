import CronSchedule
import Daemon
import JobFiles
import JobKit
import Ledger
import SchedulerCore

/// How a job stands: its schedule in words, what decides whether it runs, how it went, and what comes.
struct StandingPage {
    private static let shownSlots = 3
    /// Rows that are searched for slots that did not run.
    private static let searchedRows = 200

    let gathering: FactGathering
    let facts: ExplanationFacts
    let present: Explanation.Present
    let next: [UpcomingSlot]
    let jitter: Duration
    let lastRun: Run?
    /// The last slots that did not run, newest first.
    let notRun: [Occurrence]
    let waits: [String]

    init(_ gathering: FactGathering) throws(DaemonError) {
        self.gathering = gathering
        var facts = try gathering.facts(at: gathering.book.now)
        let name = gathering.name
        let rows = try gathering.book.records.read { ledger throws(LedgerError) in
            let limit = Self.searchedRows
            let last = try ledger.occurrences(
                job: name, since: Instant(milliseconds: .min), until: Instant(milliseconds: .max), limit: limit)
            return (last, try ledger.waitingOccurrences().filter { $0.job == name }, try ledger.lastRuns()[name])
        }
        if let rows { facts.past.occurrences = rows.1 }
        lastRun = rows?.2
        notRun = Array((rows?.0.filter { $0.account.isIdle } ?? []).prefix(Self.shownSlots))
        var slots = try gathering.job.map { job throws(DaemonError) in
            try UpcomingSlots(job, cursor: gathering.cursor, now: gathering.book.now)
        }
        next = try slots?.next(Self.shownSlots) ?? []
        jitter = slots?.jitter ?? .zero
        self.facts = facts
        present = Explanation.present(facts, next: next.first?.dueAt)
        waits = Explanation.waits(facts)
    }

    /// Where the definition stands and whether it runs on its own, in words.
    var state: String {
        switch gathering.source {
        case .file: break
        case .lastGood(let problem): return "the file has an error, and the last good definition is in force: \(problem)"
        case .broken(let problem): return "the file has an error, and no good definition is known: \(problem)"
        case .gone: return "the job has no file any more"
        }
        let now = gathering.book.now
        guard let entry = gathering.entry else { return "" }
        let pause = entry.pausedUntil(at: now).map {
            $0 == JobCursor.forever ? ", until it is resumed" : " until \(LocalTime.text($0, in: gathering.zone))"
        }
        return entry.state(at: now).rawValue + (entry.state(at: now) == .paused ? pause ?? "" : "")
    }

    /// The keys that decide, in words.
    var policies: [(key: String, words: String)] {
        guard let definition = gathering.job?.definition else { return [] }
        let words: [(String, String?)] = [
            ("overlap", definition.overlapWords), ("catch_up", definition.catchUpWords), ("after", definition.afterWords),
            ("group", definition.groupWords(limits: facts.surroundings.limits)), ("retry", definition.retryWords),
        ]
        return words.compactMap { key, words in words.map { (key, $0) } }
    }

    /// Each schedule with its class and its meaning.
    var schedules: [(text: String, kind: CronKind, meaning: String)] {
        guard let timetable = gathering.job?.timetable else { return [] }
        return timetable.schedules.map { schedule in
            (
                schedule.text, schedule.kind,
                schedule.explanation(in: timetable.zone, from: gathering.book.now, dstGap: timetable.dstGap)
            )
        }
    }
}

extension Occurrence.Account {
    /// Whether nothing ran for it, and nothing will.
    fileprivate var isIdle: Bool {
        switch self {
        case .skipped, .missed: true
        case .waiting, .ran, .caughtUp: false
        }
    }
}
