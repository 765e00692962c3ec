import CronSchedule
import Daemon
import JobFiles
import JobKit
import Ledger
import SchedulerCore

/// Gathers what is known of one job from its file, the ledger and the folder that it lies in.
struct FactGathering {
    /// Runs before a moment that are looked at.
    private static let runsBefore = 5

    let book: JobBook
    let name: String
    /// Nil when the job has no file.
    let entry: JobEntry?
    /// The definition in force; nil when none is known.
    let job: ScheduledJob?
    let source: ExplanationFacts.Source
    let cursor: JobCursor?
    let zone: any TimeZoneRules

    /// - Throws: category notFound for a job that has neither a file nor a history.
    init(book: JobBook, job name: String) throws(DaemonError) {
        self.book = book
        self.name = name
        let entry = try Self.entry(name, in: book)
        self.entry = entry
        cursor = entry?.cursor
        guard let entry else {
            (job, source, zone) = (nil, .gone, try book.zone(of: name))
            return
        }
        if let job = entry.job {
            (self.job, source, zone) = (job, .file, job.timetable.zone)
            return
        }
        let problem = entry.problem ?? "it cannot be read"
        if let problem = book.lastGoodProblem { throw problem }
        job = entry.lastGood
        source = job == nil ? .broken(problem: problem) : .lastGood(problem: problem)
        if let job { zone = job.timetable.zone } else { zone = try book.zone(of: name) }
    }

    /// The job's file; nil for a job that has a history alone.
    private static func entry(_ name: String, in book: JobBook) throws(DaemonError) -> JobEntry? {
        if book.files.files.contains(where: { $0.job == name }) { return try book.entry(named: name) }
        if let trouble = book.folderTrouble { throw trouble }
        let now = book.now
        let known = try book.records.read { ledger throws(LedgerError) in
            let names = Set(try ledger.lastRuns().keys).union(try ledger.cursors().map(\.job))
            if names.contains(name) { return [name] }
            // A job without a file and without runs may have slots that did not run.
            return try ledger.occurrences(job: name, around: now).isEmpty ? names.sorted() : [name]
        }
        guard known == [name] else { throw book.unknown(name, others: known ?? []) }
        return nil
    }

    /// What is known around a moment, with the answer to it.
    func explanation(at moment: Instant, writtenOffset: Int?) throws(DaemonError) -> Explanation {
        var facts = try facts(at: moment)
        facts.writtenOffset = writtenOffset
        let first = try Self.judge(facts)
        // A daemon that died left no event: the last row of anybody's before the next start is what is left of it.
        guard case .missed(_, .noDaemon(let from, let until, let died)) = first.verdict, died || from == nil, let row = first.row else {
            return first
        }
        facts.past.lastSign =
            try book.records.read { ledger throws(LedgerError) in try ledger.lastDecision(before: until, row: row) } ?? nil
        return try Self.judge(facts)
    }

    /// The facts for a moment.
    func facts(at moment: Instant) throws(DaemonError) -> ExplanationFacts {
        var facts = ExplanationFacts(
            job: name, moment: moment, now: book.now, zone: zone, scheduled: job, source: source, hasLedger: !book.records.isMissing,
            hasDaemon: book.daemon != nil)
        facts.cursor = cursor
        facts.clock = try book.records.read { ledger throws(LedgerError) in try ledger.clock() } ?? nil
        facts.past = try past(around: moment)
        facts.surroundings = try surroundings()
        return facts
    }

    private static func judge(_ facts: ExplanationFacts) throws(DaemonError) -> Explanation {
        do throws(CronSearchError) {
            return try Explanation(facts)
        } catch {
            throw DaemonError("\(error)", fix: "install the package tzdata anew")
        }
    }

    private func past(around moment: Instant) throws(DaemonError) -> ExplanationFacts.Past {
        let (name, jitter) = (name, cursor?.jitter ?? .zero)
        let rule = job?.definition.history ?? book.site.settings.history
        var past =
            try book.records.read { ledger throws(LedgerError) in
                var past = ExplanationFacts.Past()
                past.occurrences = try ledger.occurrences(job: name, around: moment)
                if jitter > .zero {
                    let slots = try ledger.occurrences(job: name, around: moment.moved(by: .zero - jitter))
                    past.occurrences += slots.filter { !past.occurrences.contains($0) }
                }
                past.runs = try Self.runs(of: name, named: past.occurrences, around: moment, in: ledger)
                for run in past.runs where run.attempt > 1 || run.state == .retrying { past.attempts += try ledger.attempts(of: run.id) }
                past.events = try ledger.events(job: name, around: moment).map(PastEvent.init)
                past.events += try ledger.acts(on: [name] + past.runs.map(\.id.rawValue), around: moment).map { PastEvent($0, job: name) }
                past.began = try ledger.began()
                (past.oldestRow, past.isFull) = try ledger.reach(of: name, rule: rule)
                return past
            } ?? ExplanationFacts.Past()
        past.setAside = Ledger.setAsideFiles(in: book.site.locations.stateDirectory).map { .init(path: $0.path, at: $0.at) }
        return past
    }

    private static func runs(
        of job: String, named rows: [Occurrence], around moment: Instant, in ledger: Ledger
    ) throws(LedgerError) -> [Run] {
        var runs = try ledger.runs(job: job, claimedUpTo: moment, limit: runsBefore)
        runs += try ledger.runs(job: job, claimedUpTo: moment.moved(by: SlotPlanner.lateness), limit: runsBefore)
        for row in rows {
            guard let id = row.account.run, !runs.contains(where: { $0.id == id }), let run = try ledger.run(id) else { continue }
            runs.append(run)
        }
        var seen: Set<RunID> = []
        runs = runs.filter { seen.insert($0.id).inserted }
        return runs.sorted { $0.claimedAt < $1.claimedAt }
    }

    private func surroundings() throws(DaemonError) -> ExplanationFacts.Surroundings {
        var around = ExplanationFacts.Surroundings()
        let (name, after) = (name, job?.definition.after ?? [])
        let found = try book.records.read { ledger throws(LedgerError) in
            (try ledger.unendedRuns(), try ledger.lastStart(of: [name])[name], try ledger.lastSuccess(of: after))
        }
        if let found { (around.open, around.lastStart, around.successes) = found }
        around.definitions = book.files.definitions
        if let job { around.definitions[name] = job.definition }
        let settings = book.site.settings
        around.limits = Admission.Limits(runs: settings.maxRuns, catchUps: settings.maxCatchUpRuns, groups: settings.groups)
        return around
    }
}

extension PastEvent {
    fileprivate init(_ entry: AuditEntry, job: String) {
        let who = entry.user ?? "uid \(entry.uid)"
        let detail = entry.detail.isEmpty ? "" : ": \(entry.detail)"
        self.init(.asked, at: entry.at, job: job, detail: "\(who) asked for \(entry.verb) \(entry.object ?? job)\(detail)")
    }

    fileprivate init(_ event: LedgerEvent) {
        let kind: Kind =
            switch event.kind {
            case .started: .started
            case .stopped: .stopped
            case .clockStep: .clockForward
            case .eraChange: .clockBack
            case .ledgerCreated: .ledgerBegun
            case .ledgerSetAside: .ledgerSetAside
            case .jobAdded: .jobAdded
            case .jobChanged: .jobChanged
            case .jobRemoved: .jobRemoved
            case .jobPaused: .jobPaused
            case .jobResumed: .jobResumed
            case .ledgerMigrated, .ledgerDamaged, .scheduleFailed: .other
            }
        self.init(kind, at: event.at, job: event.job, detail: event.detail)
    }
}
