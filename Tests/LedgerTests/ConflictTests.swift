import CronSchedule
import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// Compare-and-set: who is late changes nothing.
@Suite struct ConflictTests {
    @Test("a run moves only from the state it is in", arguments: RunState.allCases, RunState.allCases)
    func move(actual: RunState, expected: RunState) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let run = try Run.sample(1).brought(to: actual)
        try ledger.commit(LedgerChanges(runs: [run]))
        var moved = run
        moved.attempt = 2
        moved.state = .cancelled
        #expect(try ledger.move(moved, from: expected) == (actual == expected))
        #expect(try ledger.run(run.id) == (actual == expected ? moved : run))
    }

    @Test func aRunThatDoesNotExistDoesNotMove() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        #expect(try !ledger.move(.sample(1), from: .due))
        #expect(throws: LedgerError.conflict(.runMoved(try .sample(1), expected: .due, found: nil))) {
            try ledger.commit(LedgerChanges(moves: [(.sample(1), .due)]))
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let conflict: LedgerError.Conflict
        let changes: @Sendable () throws -> LedgerChanges
        var testDescription: String { name }
    }

    static let rows: [Row] = {
        let slot = Slot.instant(.noon)
        return [
            Row(name: "a slot that ran", conflict: .slotTaken(job: "nightly", slot: slot, era: 0)) {
                LedgerChanges(occurrences: [.sample(slot, account: .missed(.down))])
            },
            Row(name: "a slot that ran, to wait anew", conflict: .slotTaken(job: "nightly", slot: slot, era: 0)) {
                LedgerChanges(occurrences: [.sample(slot, account: .waiting(.schedule))])
            },
            Row(name: "a slot that waits, to wait twice", conflict: .slotTaken(job: "nightly", slot: .boot("b"), era: 0)) {
                LedgerChanges(occurrences: [.sample(.boot("b"), account: .waiting(.schedule))])
            },
            Row(name: "one slot twice in a transaction", conflict: .slotTaken(job: "other", slot: slot, era: 0)) {
                LedgerChanges(occurrences: [
                    .sample(slot, job: "other", account: .missed(.down)), .sample(slot, job: "other", account: .missed(.down)),
                ])
            },
        ]
    }()

    @Test("a transaction that meets another's work leaves nothing behind", arguments: rows)
    func rollsBack(_ row: Row) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let run = try Run.sample(1)
        try ledger.commit(
            LedgerChanges(
                runs: [run],
                occurrences: [
                    .sample(.instant(.noon), account: .ran(run: run.id)), .sample(.boot("b"), account: .waiting(.schedule)),
                ]))
        var changes = try row.changes()
        changes.runs = [try .sample(2, job: "new")]
        changes.cursors = [JobCursor(job: "new", now: .noon, era: 0, jitter: .zero, jitterSpan: .zero)]
        changes.clock = ClockRecord(era: 9, lastSeen: .noon, bootID: "b")
        changes.events = [LedgerEvent(at: .noon, kind: .started, detail: "x")]
        changes.attempts = [RunAttempt(run: run.id, number: 1, startedAt: .noon)]
        #expect(throws: LedgerError.conflict(row.conflict)) { try ledger.commit(changes) }
        #expect(try ledger.runs(job: nil, limit: 10) == [run])
        #expect(try ledger.cursors().isEmpty)
        #expect(try ledger.clock() == nil)
        #expect(try ledger.events(limit: 10).isEmpty)
        #expect(try ledger.attempts(of: run.id).isEmpty)
        #expect(try ledger.waitingOccurrences() == [.sample(.boot("b"), account: .waiting(.schedule))])
    }

    @Test func runsAndAttemptsAreToldApart() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let run = try Run.sample(1)
        try ledger.commit(LedgerChanges(runs: [run]))
        #expect(throws: LedgerError.conflict(.runExists(run.id))) { try ledger.commit(LedgerChanges(runs: [run])) }
        #expect(throws: LedgerError.conflict(.runMoved(run.id, expected: .running, found: .due))) {
            try ledger.commit(LedgerChanges(moves: [(run.brought(to: .failed), .running)]))
        }
        let other = try RunID.sample(2)
        #expect(throws: LedgerError.conflict(.unknownRun(other))) {
            try ledger.commit(LedgerChanges(attempts: [RunAttempt(run: other, number: 1, startedAt: .noon)]))
        }
    }

    @Test("a slot that waits gets its account once", arguments: RoundTripTests.accounts.filter { !$0.waits })
    func decided(_ account: Occurrence.Account) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(LedgerChanges(occurrences: [.sample(.instant(.noon), account: .waiting(.schedule))]))
        let final = Occurrence.sample(.instant(.noon), account: account, count: 3)
        try ledger.commit(LedgerChanges(occurrences: [final]))
        #expect(try ledger.waitingOccurrences().isEmpty)
        #expect(throws: LedgerError.conflict(.slotTaken(job: "nightly", slot: .instant(.noon), era: 0))) {
            try ledger.commit(LedgerChanges(occurrences: [final]))
        }
        #expect(try ledger.occurrences(job: "nightly", since: .noon, until: .noon, limit: 9) == [final])
    }

    @Test func aSlotOfAnotherEraIsAnother() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let slots = (0...2).map { Occurrence.sample(.instant(.noon), era: $0, account: .missed(.clock)) }
        try ledger.commit(LedgerChanges(occurrences: slots))
        #expect(try ledger.occurrences(job: "nightly", since: .noon, until: .noon, limit: 9).count == 3)
    }

    @Test func ofTwoWritersOneGetsEachSlotAndEachRun() async throws {
        let scratch = try Scratch()
        try scratch.open().commit(LedgerChanges(runs: (1...30).map { try Run.sample($0) }))
        let wins = try await withThrowingTaskGroup(of: (slots: Int, moves: Int).self) { group in
            for writer in 1...2 {
                let ledger = try scratch.open()
                group.addTask { try Self.contend(ledger, writer: writer) }
            }
            return try await group.reduce(into: (slots: 0, moves: 0)) { $0 = ($0.slots + $1.slots, $0.moves + $1.moves) }
        }
        #expect(wins == (30, 30))
        let ledger = try Ledger.openForReading(in: scratch.path)
        #expect(try ledger.occurrences(job: "nightly", since: .noon, until: .noon(plus: 99), limit: 999).count == 30)
        #expect(try ledger.runs(job: "nightly", limit: 999, states: [.starting]).count == 30)
    }

    private static func contend(_ ledger: Ledger, writer: Int) throws -> (slots: Int, moves: Int) {
        var wins = (slots: 0, moves: 0)
        for number in 1...30 {
            let slot = Slot.instant(.noon(plus: Int64(number)))
            do {
                let claim = Occurrence.sample(slot, account: .ran(run: try .sample(1000 * writer + number)))
                try ledger.commit(LedgerChanges(occurrences: [claim]))
                wins.slots += 1
            } catch LedgerError.conflict(let conflict) {
                #expect(conflict == .slotTaken(job: "nightly", slot: slot, era: 0))
            }
            if try ledger.move(.sample(number).brought(to: .starting), from: .due) { wins.moves += 1 }
        }
        return wins
    }

    @Test func theMessagesSayWhatAndWhereAndHow() {
        let errors: [LedgerError] = [
            .conflict(.slotTaken(job: "a", slot: .instant(.noon), era: 1)), .conflict(.slotTaken(job: "a", slot: .boot("b"), era: 0)),
            .diskFull(path: "/s/l"), .readOnly(path: "/s"), .newer(path: "/s/l", found: "2", known: "1"),
            .unreadable(table: "runs", column: "state", value: "'x'"),
        ]
        #expect(
            errors.map(\.description) == [
                "the slot 2026-11-23T12:00:00Z of a (era 1) has its row already; fix: read the ledger anew and decide again",
                "the slot boot b of a (era 0) has its row already; fix: read the ledger anew and decide again",
                "no room on the file system of /s/l; fix: make room there, or set history: limits in the job files; nothing was "
                    + "written by halves",
                "cannot write /s: it, its folder or its file system is read-only; fix: make the state directory writable for the "
                    + "daemon's user, or name another with --state-dir",
                "the ledger /s/l was written by a newer acore-sched (schema 2, this program knows up to 1); fix: install that "
                    + "version again; the file was not touched",
                "runs.state in the ledger holds 'x', which this program does not know; fix: use the version of acore-sched that "
                    + "wrote it, or correct the row with sqlite3",
            ])
    }

    /// What a slot's row says before its claim lapses, and its run.
    struct Lapse: CustomTestStringConvertible, Sendable {
        let name: String
        let row: @Sendable (RunID) throws -> Occurrence.Account
        let run: @Sendable (Run) -> Run
        let isCorrected: Bool
        var testDescription: String { name }
    }

    static let lapses = [
        Lapse(name: "ended without a start", row: { .ran(run: $0) }, run: { $0.lapsed }, isCorrected: true),
        Lapse(name: "the same, caught up", row: { .caughtUp(run: $0) }, run: { $0.lapsed }, isCorrected: true),
        Lapse(name: "it started", row: { .ran(run: $0) }, run: { $0.brought(to: .cancelled) }, isCorrected: false),
        Lapse(name: "it has not ended", row: { .ran(run: $0) }, run: { $0 }, isCorrected: false),
        Lapse(name: "another run", row: { _ in .ran(run: try .sample(2)) }, run: { $0.lapsed }, isCorrected: false),
        Lapse(name: "it was skipped", row: { _ in .skipped(.paused) }, run: { $0.lapsed }, isCorrected: false),
    ]

    @Test("a final row is corrected only when its own run ended without a start", arguments: lapses)
    func lapse(_ lapse: Lapse) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let run = lapse.run(try .sample(1))
        let slot = Slot.instant(.noon)
        let row = Occurrence.sample(slot, account: try lapse.row(run.id))
        try ledger.commit(LedgerChanges(runs: [run, try .sample(2).lapsed], occurrences: [row]))
        let claim = LapsedClaim(run: run, slot: slot, account: .skipped(.overlap), reason: "replaced by a later slot", at: .noon(plus: 60))
        try ledger.commit(LedgerChanges(lapses: [claim]))
        var expected = row
        if lapse.isCorrected {
            expected.account = .skipped(.overlap)
            expected.detail = "replaced by a later slot (run \(run.id))"
            expected.decidedAt = .noon(plus: 60)
            expected.latenessMilliseconds = 59_000
        }
        #expect(try ledger.occurrences(job: "nightly", since: .noon, until: .noon, limit: 5) == [expected])
    }
}

extension Run {
    /// Cancelled while it waited.
    fileprivate var lapsed: Run {
        var run = brought(to: .cancelled)
        run.startedAt = nil
        return run
    }
}

extension Occurrence.Account {
    fileprivate var waits: Bool { if case .waiting = self { true } else { false } }
}
