import CronSchedule
import GRDB
import JobKit
import SchedulerCore
import Testing

@testable import Ledger

/// What is written is what is read, to the last field.
@Suite struct RoundTripTests {
    @Test("a run comes back in every state", arguments: RunState.allCases)
    func runInState(_ state: RunState) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var run = try Run.sample(1).brought(to: state)
        run.retryAt = state == .retrying ? .noon(plus: 600) : nil
        try ledger.commit(LedgerChanges(runs: [run]))
        #expect(try ledger.run(run.id) == run)
    }

    @Test func everyFieldOfARunComesBack() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var usage = ResourceUsage(cpuMicroseconds: 1_234_567, peakMemoryBytes: 1 << 40)
        usage.readBytes = 0
        usage.writtenBytes = .max
        usage.outOfMemoryKills = 3
        var ending = RunEnding(
            summary: "3 of 4 sources\nin a line: ünï 🎉", fix: "look there",
            numbers: ["bytes": 1e300, "ratio": 0.1, "worst": .infinity, "least": -.infinity], retry: .mayHelp)
        ending.exitCode = 3
        ending.signal = 9
        ending.usage = usage
        var run = try Run.sample(1, trigger: .catchUp, dryRun: true)
        run.slot = .boot("4b7d5e0c-71a4-4a56-8a3f-3b0f1f8e6a11")
        run.state = .warning
        run.attempt = 4
        run.startedAt = Instant(milliseconds: -1)
        run.endedAt = Instant(milliseconds: .max)
        run.retryAt = Instant(milliseconds: .min)
        run.ending = ending
        try ledger.commit(LedgerChanges(runs: [run]))
        #expect(try ledger.run(run.id) == run)
        try ledger.close()
        #expect(try Ledger.openForReading(in: scratch.path).run(run.id) == run)
    }

    @Test func nothingIsLostBehindAZeroCharacter() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var run = try Run.sample(1).brought(to: .failed)
        run.ending = RunEnding(summary: "a\u{0}b", fix: "c\u{0}\r\n\u{0}d")
        try ledger.commit(LedgerChanges(runs: [run]))
        #expect(try ledger.run(run.id)?.ending == RunEnding(summary: "a\u{2400}b", fix: "c\u{2400}\r\n\u{2400}d"))
    }

    @Test func aRunWithoutASlotHasNone() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var run = try Run.sample(1, trigger: .manual)
        run.slot = nil
        try ledger.commit(LedgerChanges(runs: [run]))
        #expect(try ledger.run(run.id)?.slot == nil)
        #expect(try ledger.run(.sample(2)) == nil)
    }

    static let accounts: [Occurrence.Account] =
        Run.Trigger.allCases.map { .waiting($0) } + Occurrence.SkipReason.allCases.map { .skipped($0) }
        + Occurrence.MissReason.allCases.map { .missed($0) }

    @Test("an occurrence comes back with every account", arguments: accounts)
    func occurrence(_ account: Occurrence.Account) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let span = Occurrence.sample(.instant(.noon), era: 2, account: account, spanFirst: .noon(plus: -60), count: 60)
        try ledger.commit(LedgerChanges(occurrences: [span]))
        #expect(try ledger.occurrences(job: "nightly", since: .noon, until: .noon, limit: 10) == [span])
    }

    @Test func anOccurrenceNamesItsRun() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let ran = Occurrence.sample(.instant(.noon), account: .ran(run: try .sample(1)))
        let caughtUp = Occurrence.sample(.boot("b1"), account: .caughtUp(run: try .sample(2)))
        try ledger.commit(LedgerChanges(occurrences: [ran, caughtUp]))
        #expect(try Set(ledger.occurrences(job: "nightly", since: .noon, until: .noon, limit: 10)) == [ran, caughtUp])
    }

    @Test func cursorsAndClockComeBack() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        #expect(try ledger.clock() == nil)
        #expect(try ledger.cursors().isEmpty)
        let plain = JobCursor(job: "a", now: .noon, era: 0, jitter: .zero, jitterSpan: .zero)
        var full = JobCursor(job: "b", now: .noon, era: 3, jitter: .milliseconds(1501), jitterSpan: .seconds(300))
        full.fixedFloor = .noon(plus: -1)
        full.bootServed = "b1"
        full.pausedUntil = JobCursor.forever
        full.silentReason = .paused
        full.timetable = "30 2 * * *"
        let clock = ClockRecord(era: 3, lastSeen: .noon, bootID: "b1")
        try ledger.commit(LedgerChanges(cursors: [full, plain], clock: clock))
        #expect(try ledger.cursors() == [plain, full])
        #expect(try ledger.clock() == clock)
        full.pausedUntil = nil
        try ledger.commit(LedgerChanges(cursors: [full], clock: ClockRecord(era: 4, lastSeen: .noon(plus: 1), bootID: "b2")))
        #expect(try ledger.cursors() == [plain, full])
        #expect(try ledger.clock()?.era == 4)
    }

    @Test("so do those of a start with many jobs", arguments: [63, 64, 65, 200])
    func many(_ count: Int) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var cursors = (100..<(100 + count)).map { JobCursor(job: "j\($0)", now: .noon, era: 0, jitter: .zero, jitterSpan: .zero) }
        let known = JobCursor(job: "j0", now: .noon, era: 0, jitter: .zero, jitterSpan: .zero)
        try ledger.commit(LedgerChanges(cursors: [known, cursors[1]]))
        try ledger.commit(LedgerChanges(cursors: cursors))
        #expect(try ledger.cursors() == [known] + cursors)
        try ledger.forget(job: cursors[0].job, now: .noon)
        #expect(try ledger.cursors() == [known] + cursors.dropFirst())
        for index in cursors.indices { cursors[index].accountedTo = .noon(plus: Int64(index)) }
        try ledger.commit(LedgerChanges(cursors: cursors))
        #expect(try ledger.cursors() == [known] + cursors)
        #expect(try ledger.forgottenCursor(job: cursors[0].job, now: .noon) == nil)
    }

    @Test func attemptsComeBackInTheirOrder() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let run = try Run.sample(1)
        var first = RunAttempt(run: run.id, number: 1, startedAt: .noon)
        try ledger.commit(LedgerChanges(runs: [run], attempts: [RunAttempt(run: run.id, number: 2, startedAt: .noon(plus: 60)), first]))
        first.endedAt = .noon(plus: 5)
        first.state = .failed
        first.ending = RunEnding(summary: "exit status 1", numbers: ["n": 1])
        try ledger.commit(LedgerChanges(attempts: [first]))
        #expect(try ledger.attempts(of: run.id) == [first, RunAttempt(run: run.id, number: 2, startedAt: .noon(plus: 60))])
    }

    @Test func eventsArePagedFromTheNewest() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let events = LedgerEvent.Kind.allCases.map { LedgerEvent(at: .noon, kind: $0, job: "a", detail: "of \($0.rawValue)") }
        try ledger.commit(LedgerChanges(events: events))
        var read: [LedgerEvent] = []
        while true {
            let page = try ledger.events(before: read.last?.number, limit: 5)
            if page.isEmpty { break }
            read += page
        }
        #expect(read.map(\.kind) == events.map(\.kind).reversed())
        #expect(read.last?.detail == "of started")
    }

    struct Foreign: CustomTestStringConvertible, Sendable {
        let sql: String
        let expected: LedgerError
        var testDescription: String { sql }
    }

    @Test(
        "a word of another program is an error, not a crash",
        arguments: [
            Foreign(
                sql: "UPDATE runs SET state = 'frozen'", expected: .unreadable(table: "runs", column: "state", value: "'frozen'")),
            Foreign(
                sql: "UPDATE runs SET \"trigger\" = ''", expected: .unreadable(table: "runs", column: "trigger", value: "''")),
            Foreign(sql: "UPDATE runs SET dry_run = 2", expected: .unreadable(table: "runs", column: "dry_run", value: "2")),
            Foreign(sql: "UPDATE runs SET run = 'x'", expected: .unreadable(table: "runs", column: "run", value: "'x'")),
            Foreign(sql: "UPDATE runs SET slot = 1.5", expected: .unreadable(table: "runs", column: "slot", value: "1.5")),
            Foreign(
                sql: "UPDATE runs SET retry = 'never'", expected: .unreadable(table: "runs", column: "retry", value: "'never'")),
        ])
    func foreignWord(_ row: Foreign) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(LedgerChanges(runs: [Run.sample(1).brought(to: .failed)]))
        try scratch.execute(row.sql)
        #expect(throws: row.expected) { try ledger.runs(job: "nightly", limit: 1) }
    }
}
