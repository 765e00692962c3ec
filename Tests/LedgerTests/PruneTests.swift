import CronSchedule
import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// Retention: by count, by age, by bytes, in small batches, and never what is still needed.
@Suite struct PruneTests {
    /// Runs until the pass is complete.
    @discardableResult
    static func prune(
        _ ledger: Ledger, rules: [String: HistoryRule] = [:],
        standard: HistoryRule = HistoryRule(keep: .max, maxAge: .seconds(Int64.max / 2000)),
        maximumBytes: Int64? = nil, now: Instant = .noon
    ) throws -> [PruneProgress] {
        var batches: [PruneProgress] = []
        repeat {
            batches.append(
                try ledger.prune(rules: rules, standard: standard, maximumBytes: maximumBytes, now: now, after: batches.last))
            try #require(batches.count < 1000, "retention does not come to an end")
        } while batches.last?.isComplete == false
        return batches
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        var keep = 1000
        var days: Int64 = 90
        var states: [RunState] = Array(repeating: .failed, count: 10)
        let left: [Int]
        var testDescription: String { name }
    }

    /// Run n ended n days ago; 10 is the oldest.
    @Test(
        "which runs stay",
        arguments: [
            Row(name: "all are young and few", left: Array(1...10)),
            Row(name: "by count", keep: 3, left: [1, 2, 3]),
            Row(name: "by count, none kept: the last run stays", keep: 0, left: [1]),
            Row(name: "by age", days: 4, left: [1, 2, 3, 4]),
            Row(name: "by age, all too old: the last run stays", days: 0, left: [1]),
            Row(name: "by both", keep: 6, days: 4, left: [1, 2, 3, 4]),
            Row(
                name: "the last success stays", keep: 2,
                states: [.failed, .failed, .failed, .failed, .failed, .succeeded, .succeeded, .failed, .failed, .failed], left: [1, 2, 6]),
            Row(
                name: "what has not ended stays", keep: 0, days: 0,
                states: [.failed, .due, .starting, .running, .retrying, .timedOut, .cancelled, .interrupted, .failed, .running],
                left: [1, 2, 3, 4, 5, 10]),
        ])
    func runs(_ row: Row) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let day: Int64 = 86_400
        for (index, state) in row.states.enumerated().reversed() {
            let run = try Run.sample(index + 1).brought(to: state, endedAt: .noon(plus: -Int64(index + 1) * day))
            try ledger.commit(LedgerChanges(runs: [run], attempts: [RunAttempt(run: run.id, number: 1, startedAt: .noon)]))
        }
        let rule = HistoryRule(keep: row.keep, maxAge: .seconds(row.days * day))
        let batches = try Self.prune(ledger, rules: ["nightly": rule])
        let left = try ledger.runs(job: "nightly", limit: 100).map(\.id)
        #expect(left == (try row.left.map { try RunID.sample($0) }))
        #expect(batches.map(\.runs).reduce(0, +) == 10 - row.left.count)
        let attempts = try ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM attempts") }
        #expect(attempts == row.left.count)
    }

    @Test func eachJobHasItsRuleAndOthersTheStandard() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let jobs = (1...250).map { "job\($0)" }
        for round in 0..<4 {
            let runs = try jobs.enumerated().map { try Run.sample(round * 1000 + $0, job: $1).brought(to: .succeeded) }
            try ledger.commit(LedgerChanges(runs: runs))
        }
        let standard = HistoryRule(keep: 2, maxAge: .seconds(86_400))
        let batches = try Self.prune(ledger, rules: ["job7": HistoryRule(keep: 3, maxAge: .seconds(86_400))], standard: standard)
        #expect(try ledger.runs(job: "job7", limit: 9).count == 3)
        #expect(try ledger.runs(job: "job250", limit: 9).count == 2)
        #expect(try ledger.runs(job: nil, limit: 999).count == 501)
        #expect(batches.allSatisfy { $0.runs <= Ledger.rowsPerBatch })
        #expect(batches.count > 2)
    }

    @Test func occurrencesAreBoundedByCountAndAgeAndThoseThatWaitStay() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var rows: [Occurrence] = []
        for second: Int64 in 0..<700 {
            var row = Occurrence.sample(.instant(.noon(plus: second)), account: second == 3 ? .waiting(.schedule) : .skipped(.overlap))
            row.decidedAt = .noon(plus: second)
            rows.append(row)
        }
        try ledger.commit(LedgerChanges(occurrences: rows))
        try Self.prune(ledger, rules: ["nightly": HistoryRule(keep: 20, maxAge: .seconds(3600))])
        let byCount = try ledger.occurrences(job: "nightly", since: .noon, until: .noon(plus: 999), limit: 999)
        #expect(byCount.count == 20 * Ledger.occurrencesPerRun + 1)
        #expect(byCount.last?.account == .waiting(.schedule))
        try Self.prune(ledger, rules: ["nightly": HistoryRule(keep: 20, maxAge: .seconds(10))], now: .noon(plus: 700))
        #expect(try ledger.occurrences(job: "nightly", since: .noon, until: .noon(plus: 999), limit: 999).count == 11)
    }

    @Test func eventsGoByAge() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let events = (0..<600).map { LedgerEvent(at: .noon(plus: $0), kind: .started, detail: "x") }
        try ledger.commit(LedgerChanges(events: events))
        try Self.prune(ledger, standard: HistoryRule(keep: 1, maxAge: .seconds(100)), now: .noon(plus: 600))
        #expect(try ledger.events(limit: 999).map(\.at) == (500..<600).reversed().map { .noon(plus: $0) })
    }

    @Test func eventsAndPagesAreBoundedByNumber() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let events = (0..<Ledger.eventBound + 300).map { LedgerEvent(at: .noon(plus: Int64($0)), kind: .started, detail: "x") }
        try ledger.commit(LedgerChanges(events: events))
        #expect(try ledger.events(limit: .max).count == Ledger.pageBound)
        try Self.prune(ledger)
        #expect(try ledger.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM events") } == Ledger.eventBound)
        #expect(try ledger.events(limit: 1).first?.at == events.last?.at)
    }

    @Test func aLedgerThatIsTooLargeLosesItsOldestRowsAndItsFileShrinks() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let text = String(repeating: "x", count: 1000)
        for batch in 0..<4 {
            let runs = try (0..<500).map { number in
                var run = try Run.sample(batch * 500 + number, job: number.isMultiple(of: 2) ? "a" : "b").brought(to: .succeeded)
                run.ending = RunEnding(summary: text)
                return run
            }
            try ledger.commit(
                LedgerChanges(runs: runs, occurrences: runs.map { .sample(.instant($0.dueAt), account: .ran(run: $0.id)) }))
        }
        let full = try Self.pages(ledger)
        let bound = Int64(1 << 20)
        let batches = try Self.prune(ledger, maximumBytes: bound)
        #expect(try Self.pages(ledger) * 4096 <= bound)
        #expect(full * 4096 > 2 * bound)
        #expect(batches.allSatisfy { $0.pages <= Ledger.pagesPerBatch })
        let left = try ledger.runs(job: nil, limit: 9999).map(\.id)
        #expect(left.first == (try .sample(1999)))
        #expect(left.count > 100)
        #expect(try left.last.map { try $0 > .sample(1000) } == true)
        #expect(try ledger.integrityCheck().isEmpty)
        try ledger.close()
        #expect(try scratch.bytes().count <= Int(bound))
    }

    @Test func aBatchWhoseTimeIsOverLeavesTheRestToTheNext() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(
            LedgerChanges(
                runs: try (1...90).map { try Run.sample($0).brought(to: .succeeded) },
                occurrences: (1...90).map { .sample(.instant(.noon(plus: $0)), account: .skipped(.overlap)) }))
        let rule = HistoryRule(keep: 1, maxAge: .seconds(86_400))
        try ledger.write { database in
            func batch(isTimeOver: Bool) -> PruneBatch {
                PruneBatch(database: database, rules: [:], standard: rule, now: .noon, progress: PruneProgress()) { isTimeOver }
            }
            var short = batch(isTimeOver: true)
            try short.pruneJobs()
            #expect(short.isFull)
            #expect(short.progress.runs == Ledger.rowsPerStep)
            #expect(short.progress.lastJob == 0, "the job is looked at again")
            var bytes = batch(isTimeOver: true)
            #expect(try bytes.prune(toBytes: 1))
            #expect(bytes.progress.runs == Ledger.rowsPerStep)
            #expect(bytes.progress.occurrences == Ledger.rowsPerStep, "slots go along with runs")
            var long = batch(isTimeOver: false)
            try long.pruneJobs()
            #expect(long.progress.runs == 89 - 2 * Ledger.rowsPerStep)
        }
    }

    @Test func aBoundThatCannotBeReachedComesToAnEnd() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(LedgerChanges(runs: [.sample(1), .sample(2).brought(to: .succeeded)]))
        try Self.prune(ledger, maximumBytes: 1)
        #expect(try ledger.runs(job: nil, limit: 9).count == 2)
    }

    @Test func aForgottenJobGoesWithItsLastRow() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        for job in ["gone", "here"] {
            try ledger.commit(
                LedgerChanges(
                    runs: [.sample(job == "gone" ? 1 : 2, job: job).brought(to: .succeeded)],
                    occurrences: [.sample(.instant(.noon), job: job, account: .missed(.down))],
                    cursors: [JobCursor(job: job, now: .noon, era: 0, jitter: .zero, jitterSpan: .zero)]))
        }
        try ledger.forget(job: "gone", now: .noon)
        let rule = HistoryRule(keep: 10, maxAge: .seconds(3600))
        try Self.prune(ledger, standard: rule, now: .noon(plus: 1800))
        #expect(try ledger.runs(job: "gone", limit: 9).count == 1)
        let batches = try Self.prune(ledger, standard: rule, now: .noon(plus: 7200))
        #expect(batches.map(\.jobs).reduce(0, +) == 1)
        #expect(try ledger.runs(job: "gone", limit: 9).isEmpty)
        #expect(try ledger.forgottenCursor(job: "gone", now: .noon) == nil)
        #expect(try ledger.lastRuns().keys.sorted() == ["here"])
    }

    private static func pages(_ ledger: Ledger) throws -> Int64 {
        try ledger.read { try Int64.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    }
}
