import CronSchedule
import JobKit

/// What an answer rests on, each fact with its source.
struct FactList {
    /// Starts and stops, and other events, that are told of on each side of the moment, at most.
    private static let livesBound = 2
    private static let changesBound = 3

    private let facts: ExplanationFacts
    private let found: SlotFinder.Found?
    private let row: Occurrence?
    private let words: MomentWords

    init(_ facts: ExplanationFacts, found: SlotFinder.Found?, row: Occurrence?) {
        self.facts = facts
        self.found = found
        self.row = row
        words = MomentWords(zone: facts.zone, now: facts.now)
    }

    var all: [Explanation.Fact] {
        get throws(CronSearchError) {
            var list = try place
            list += rows
            list += runs
            list += events
            return list + definition + present
        }
    }

    // MARK: Where the moment lies

    private var place: [Explanation.Fact] {
        get throws(CronSearchError) {
            var list: [Explanation.Fact] = []
            if let found { list += relation(found) }
            guard let timetable = facts.scheduled?.timetable, timetable.schedules.contains(where: \.isCalendar) else { return list }
            let calendar = ExplainedTimetable(timetable, cursor: facts.cursor, now: facts.now)
            if let slot = found?.slot.instant {
                if let note = try calendar.note(at: slot) { list.append(.init(.timetable, at: slot, note)) }
                if row != nil, try calendar.last(upTo: slot) != slot {
                    list.append(.init(.timetable, at: slot, "the schedule of now does not fire then: it was another one"))
                }
            } else if let other = try rowOfAnotherSchedule(calendar) {
                list.append(
                    .init(.timetable, at: other, "the schedule of now did not make the slot \(words.text(other)): it was another one then"))
            }
            return list
        }
    }

    /// A slot near the moment that has a row, and that the timetable does not know.
    private func rowOfAnotherSchedule(_ calendar: ExplainedTimetable) throws(CronSearchError) -> Instant? {
        let slots = facts.past.occurrences.compactMap(\.slot.instant)
        let near = [slots.filter { $0 <= facts.moment }.max(), slots.filter { $0 > facts.moment }.min()].compactMap { $0 }
        guard facts.scheduled?.timetable.isElapsedOnly == false else { return nil }
        for slot in near where try calendar.last(upTo: slot) != slot { return slot }
        return nil
    }

    private func relation(_ found: SlotFinder.Found) -> [Explanation.Fact] {
        let slot = words.text(found.slot)
        let at = found.slot.instant
        switch found.relation {
        case .exact: return []
        case .jitter(let jitter):
            let start = at.map { words.text($0.moved(by: jitter)) } ?? slot
            return [
                .init(
                    .ledger, at: at, "the moment belongs to the slot \(slot), which jitter starts \(jitter.settingText) later, at \(start)")
            ]
        case .gap:
            return [
                .init(.timetable, at: at, "the clock never showed the time as it is written; the slot runs right after the gap, at \(slot)")
            ]
        case .near(let distance):
            let span = MomentWords.span(distance.wholeMilliseconds)
            return [
                .init(
                    .timetable, at: at,
                    "the moment lies \(span) \(distance > .zero ? "after" : "before") the slot \(slot), and belongs to it")
            ]
        }
    }

    // MARK: Rows of the ledger

    private var rows: [Explanation.Fact] {
        var list: [Explanation.Fact] = []
        if let row {
            list.append(.init(.slot, at: row.decidedAt, sentence(row)))
            let others = facts.past.occurrences.filter { $0 != row && $0.slot == row.slot }.sorted { $0.era < $1.era }
            list += others.map { .init(.slot, at: $0.decidedAt, sentence($0)) }
        } else {
            let around = facts.past.occurrences.compactMap { row in row.slot.instant.map { (at: $0, row: row) } }
            let before = around.filter { $0.at < facts.moment }.max { $0.at < $1.at }
            let after = around.filter { $0.at > facts.moment }.min { $0.at < $1.at }
            if let around = around.first(where: { $0.row.spanFirst.map { $0 < facts.moment } ?? false && facts.moment < $0.at }) {
                return [.init(.slot, at: around.row.decidedAt, "a row around it: \(sentence(around.row))")] + accounted
            }
            if let before { list.append(.init(.slot, at: before.row.decidedAt, "the row before: \(sentence(before.row))")) }
            if let after { list.append(.init(.slot, at: after.row.decidedAt, "the row after: \(sentence(after.row))")) }
        }
        return row == nil ? list + accounted : list
    }

    private var accounted: [Explanation.Fact] {
        facts.cursor.map { [.init(.ledger, at: $0.accountedTo, "slots are accounted for up to \(words.text($0.accountedTo))")] } ?? []
    }

    private func sentence(_ row: Occurrence) -> String {
        let span =
            row.spanFirst.map { "\(row.count) slots from \(words.text($0)) to \(words.text(row.slot))" } ?? "slot \(words.text(row.slot))"
        let detail = row.detail.isEmpty ? "" : ": \(row.detail)"
        let era = facts.clock.map { $0.era != row.era } ?? false ? ", era \(row.era)" : ""
        return "\(span)\(era): \(row.account.phrase)\(detail)"
    }

    private var runs: [Explanation.Fact] {
        var list: [Explanation.Fact] = []
        let teller = VerdictWords(facts)
        var told: Set<RunID> = []
        if let id = row?.account.run ?? facts.past.runs.last(where: { $0.slot != nil && $0.slot == found?.slot })?.id,
            let run = facts.past.runs.first(where: { $0.id == id })
        {
            told.insert(id)
            list.append(.init(.run, at: run.claimedAt, teller.fate(run) + (run.ending?.fix.map { "; fix: \($0)" } ?? "")))
            list += facts.past.attempts.filter { $0.run == id }.map { attempt in
                .init(
                    .attempt, at: attempt.endedAt ?? attempt.startedAt,
                    "attempt \(attempt.number): \(attempt.state.rawValue)\(attempt.ending.map { ": \($0.summary)" } ?? "")")
            }
        }
        let other = found == nil ? facts.runInQuestion : facts.runUnderWay
        if let run = other, !told.contains(run.id) {
            let place = run.id == facts.runUnderWay?.id ? "under way then" : "the nearest run"
            list.append(.init(.run, at: run.claimedAt, "\(place) (\(run.trigger.phrase)): \(teller.fate(run))"))
        }
        return list
    }

    // MARK: Events

    private var events: [Explanation.Fact] {
        let ours = facts.past.events.filter { ($0.job == nil || $0.job == facts.job) && $0.kind != .other }
        let lives = ours.filter { $0.kind == .started || $0.kind == .stopped }
        let changes = ours.filter { $0.kind != .started && $0.kind != .stopped }
        let told = around(lives, bound: Self.livesBound) + around(changes, bound: Self.changesBound)
        return told.sorted { $0.at < $1.at }.map { .init($0.kind == .asked ? .audit : .event, at: $0.at, $0.detail) }
    }

    private func around(_ events: [PastEvent], bound: Int) -> [PastEvent] {
        events.filter { $0.at <= facts.moment }.suffix(bound) + events.filter { $0.at > facts.moment }.prefix(bound)
    }

    // MARK: The present

    private var definition: [Explanation.Fact] {
        switch facts.source {
        case .file: return reading
        case .lastGood(let problem):
            return [.init(.definition, "the file has an error, and the last good definition is in force: \(problem)")]
        case .broken(let problem): return [.init(.definition, "the file has an error, and no good definition is known: \(problem)")]
        case .gone: return [.init(.definition, "the job has no file any more")]
        }
    }

    /// Whether a daemon goes by the same schedule.
    private var reading: [Explanation.Fact] {
        guard facts.hasLedger, let timetable = facts.scheduled?.timetable else { return [] }
        guard let cursor = facts.cursor else { return [.init(.ledger, "no daemon has read the job's file yet")] }
        guard let known = cursor.timetable, known != timetable.fingerprint else { return [] }
        return [.init(.ledger, "the schedule in the file is not the one that a daemon read last")]
    }

    private var present: [Explanation.Fact] {
        guard let slot = found?.slot.instant, row == nil, !facts.past.runs.contains(where: { $0.slot == .instant(slot) }) else { return [] }
        var list: [Explanation.Fact] = []
        if !facts.hasDaemon { list.append(.init(.present, at: facts.now, "no daemon runs on this state directory")) }
        guard slot > facts.now else { return list }
        let open = facts.surroundings.open.filter { $0.job == facts.job }
        if let run = open.first, let overlap = facts.scheduled?.definition.overlap {
            list.append(
                .init(.present, at: facts.now, "run \(run.id) has not ended; overlap: \(overlap.rawValue) decides if it goes on until then")
            )
        }
        return list
    }
}

extension CronSchedule {
    fileprivate var isCalendar: Bool {
        switch kind {
        case .calendar: true
        case .every, .reboot: false
        }
    }
}

extension Occurrence.Account {
    /// The run that it names.
    package var run: RunID? {
        switch self {
        case .ran(let run), .caughtUp(let run): run
        case .waiting, .skipped, .missed: nil
        }
    }

    /// As `history --slots` says it.
    fileprivate var phrase: String {
        switch self {
        case .waiting: "waiting"
        case .ran(let run): "ran, run \(run)"
        case .caughtUp(let run): "caught up, run \(run)"
        case .skipped(let reason): "skipped (\(reason.rawValue))"
        case .missed(let reason): "missed (\(reason.rawValue))"
        }
    }
}

extension Run.Trigger {
    fileprivate var phrase: String {
        switch self {
        case .schedule: "by its schedule"
        case .catchUp: "to catch up"
        case .manual: "by hand"
        case .after: "after other jobs"
        }
    }
}
