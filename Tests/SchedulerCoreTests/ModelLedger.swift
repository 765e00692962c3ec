import CronSchedule

@testable import SchedulerCore

/// The ledger's rules over dictionaries: unique slots, compare-and-set moves, waiting rows that end once, claims that lapse.
struct ModelLedger {
    struct SlotKey: Hashable {
        var job: String
        var slot: Slot
        var era: Int
    }

    struct AttemptKey: Hashable {
        var run: RunID
        var attempt: Int
    }

    private(set) var runs: [RunID: Run] = [:]
    private(set) var occurrences: [SlotKey: Occurrence] = [:]
    private(set) var cursors: [String: JobCursor] = [:]
    private(set) var clock: ClockRecord?
    private(set) var attempts: Set<AttemptKey> = []
    private(set) var events: [SchedulerActions.Event] = []
    /// Rules that a commit broke.
    private(set) var violations: [String] = []

    mutating func commit(_ actions: SchedulerActions) {
        for run in actions.runs { insert(run) }
        for move in actions.moves { apply(move) }
        for row in actions.occurrences { insert(row) }
        for lapse in actions.lapses { correct(lapse) }
        for cursor in actions.cursors { cursors[cursor.job] = cursor }
        if Set(actions.cursors.map(\.job)).count != actions.cursors.count { violations.append("two cursors of one job") }
        for record in actions.attempts where !attempts.insert(AttemptKey(run: record.run, attempt: record.attempt)).inserted {
            violations.append("attempt \(record.attempt) of \(record.run) recorded twice")
        }
        events += actions.events
        clock = actions.clock ?? clock
    }

    private mutating func insert(_ run: Run) {
        if runs[run.id] != nil { violations.append("run \(run.id) inserted twice") }
        if !Self.isReachable(run.state, from: .due) { violations.append("new run \(run.id) is \(run.state)") }
        runs[run.id] = run
    }

    private mutating func apply(_ move: SchedulerActions.Move) {
        guard let stored = runs[move.run.id] else {
            violations.append("move of unknown run \(move.run.id)")
            return
        }
        if stored.state != move.from { violations.append("\(move.run.job): moved from \(move.from), but the row says \(stored.state)") }
        if !Self.isReachable(move.run.state, from: move.from) { violations.append("no way from \(move.from) to \(move.run.state)") }
        runs[move.run.id] = move.run
    }

    private mutating func insert(_ row: Occurrence) {
        let key = SlotKey(job: row.job, slot: row.slot, era: row.era)
        if let old = occurrences[key] {
            if case .waiting = old.account, case .waiting = row.account {
                violations.append("\(row.job): \(row.slot) waits twice")
            } else if case .waiting = old.account {
                // A wait that ends: the one change that a row may see.
            } else {
                violations.append("\(row.job): \(row.slot) of era \(row.era) has two rows: \(old.account), \(row.account)")
            }
        }
        switch row.account {
        case .ran(let run), .caughtUp(let run):
            if runs[run]?.slot != row.slot { violations.append("\(row.job): the row of \(row.slot) names a run of another slot") }
        case .waiting, .skipped, .missed: break
        }
        occurrences[key] = row
    }

    /// The one change that a final row may see: the slot's run ended, and never started.
    private mutating func correct(_ lapse: LapsedClaim) {
        let run = runs[lapse.run]
        if run?.state.isEnded != true || run?.startedAt != nil { violations.append("\(lapse.job): run \(lapse.run) did not lapse") }
        let keys = occurrences.filter { $0.key.job == lapse.job && $0.value.account.run == lapse.run && $0.key.slot == lapse.slot }.keys
        if keys.count != 1 { violations.append("\(lapse.job): \(keys.count) rows name the lapsed run \(lapse.run)") }
        if lapse.account.run != nil { violations.append("\(lapse.job): a lapsed claim that ran") }
        for key in keys {
            occurrences[key]?.account = lapse.account
            occurrences[key]?.detail = lapse.detail
        }
    }

    /// Slots that are said to have run though their run ended without a start.
    var falseRuns: [String] {
        occurrences.values.compactMap { row in
            guard let id = row.account.run, let run = runs[id], run.state == .cancelled, run.startedAt == nil else { return nil }
            return "\(row.job): \(row.slot) says it ran, but run \(id) never started"
        }
    }

    /// What a scheduler begins with.
    var past: Scheduler.Past {
        var past = Scheduler.Past()
        past.clock = clock
        past.cursors = Array(cursors.values)
        past.unendedRuns = runs.values.filter { !$0.state.isEnded }
        past.waiting = occurrences.values.filter { if case .waiting = $0.account { true } else { false } }
        for run in runs.values {
            if let startedAt = run.startedAt { past.lastStart[run.job] = max(startedAt, past.lastStart[run.job] ?? startedAt) }
            guard let endedAt = run.endedAt, run.state == .succeeded || run.state == .warning else { continue }
            past.lastSuccess[run.job] = max(endedAt, past.lastSuccess[run.job] ?? endedAt)
        }
        return past
    }

    /// Whether events lead from one state to another; a pass may take several at once.
    static func isReachable(_ state: RunState, from start: RunState) -> Bool { reachable[start]?.contains(state) == true }

    private static let reachable = Dictionary(
        uniqueKeysWithValues: RunState.allCases.map { start in
            var reached: Set<RunState> = [start]
            var added = reached
            while !added.isEmpty {
                added = Set(added.flatMap { state in RunState.Event.allCases.compactMap(state.after) }).subtracting(reached)
                reached.formUnion(added)
            }
            return (start, reached)
        })
}

extension Occurrence.Account {
    /// The run that serves the slot.
    var run: RunID? {
        switch self {
        case .ran(let run), .caughtUp(let run): run
        case .waiting, .skipped, .missed: nil
        }
    }
}
