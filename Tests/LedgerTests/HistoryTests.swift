import CronSchedule
import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// What `list`, `history`, `after:` and recovery ask for.
@Suite struct HistoryTests {
    @Test func unendedRunsAreThoseThatWaitOrGoOn() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let runs = try RunState.allCases.enumerated().map { try Run.sample($0 + 1).brought(to: $1) }
        try ledger.commit(LedgerChanges(runs: runs))
        #expect(try ledger.unendedRuns().map(\.state) == [.due, .starting, .running, .retrying])
    }

    @Test(
        "pages hold every run once, newest first", arguments: [nil, "a", "b", "none"],
        [nil, [.failed], [.failed, .due]] as [Set<RunState>?])
    func pages(job: String?, states: Set<RunState>?) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let words: [RunState] = [.succeeded, .failed, .due]
        let runs = try (1...50).map { try Run.sample($0, job: $0.isMultiple(of: 3) ? "a" : "b").brought(to: words[$0 % 3]) }
        try ledger.commit(LedgerChanges(runs: runs))
        var read: [Run] = []
        while true {
            let page = try ledger.runs(job: job, limit: 7, before: read.last?.id, states: states)
            if page.isEmpty { break }
            read += page
        }
        let expected = runs.reversed().filter { (job ?? $0.job) == $0.job && states?.contains($0.state) ?? true }
        #expect(read == expected)
    }

    @Test func aPageAfterARunThatIsGoneIsEmpty() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(LedgerChanges(runs: [.sample(1)]))
        #expect(try ledger.runs(job: nil, limit: 5, before: .sample(7)).isEmpty)
        #expect(try ledger.runs(job: nil, limit: -1).isEmpty)
    }

    @Test func aShortenedIdFindsItsRun() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(LedgerChanges(runs: [.sample(10), .sample(11), .sample(20)]))
        let prefix = String(try RunID.sample(1).rawValue.dropLast(2))
        #expect(try ledger.runs(withPrefix: prefix + "1").map(\.id) == [.sample(10), .sample(11)])
        #expect(try ledger.runs(withPrefix: prefix + "2").map(\.id) == [.sample(20)])
        #expect(try ledger.runs(withPrefix: prefix + "3").isEmpty)
    }

    @Test func lastRunsShowEachJobOnceAndDryRunsOnlyForWantOfOthers() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(
            LedgerChanges(runs: [
                .sample(1, job: "a"), .sample(2, job: "b"), .sample(3, job: "a"), .sample(4, job: "a", dryRun: true),
                .sample(5, job: "c", dryRun: true), .sample(6, job: "d", dryRun: true), .sample(7, job: "d"),
            ]))
        #expect(try ledger.lastRuns().mapValues(\.id) == ["a": .sample(3), "b": .sample(2), "c": .sample(5), "d": .sample(7)])
    }

    struct Ending: CustomTestStringConvertible, Sendable {
        let state: RunState
        var dryRun = false
        let counts: Bool
        var testDescription: String { "\(state)\(dryRun ? ", dry" : "")" }
    }

    static let endings =
        RunState.allCases.map { Ending(state: $0, counts: $0 == .succeeded || $0 == .warning) }
        + [Ending(state: .succeeded, dryRun: true, counts: false)]

    @Test("a success is work that was done", arguments: endings)
    func success(_ row: Ending) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let run = try Run.sample(1, dryRun: row.dryRun)
        try ledger.commit(LedgerChanges(runs: [run]))
        #expect(try ledger.lastSuccess(of: ["nightly"]).isEmpty)
        if row.state != .due {
            try ledger.commit(LedgerChanges(moves: [(run.brought(to: row.state, endedAt: .noon(plus: 60)), .due)]))
        }
        #expect(try ledger.lastSuccess(of: ["nightly", "none"]) == (row.counts ? ["nightly": .noon(plus: 60)] : [:]))
    }

    @Test func theLastStartIsOfTheNewestRunThatStarted() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let runs = try (1...3).map { try Run.sample($0) }
        try ledger.commit(LedgerChanges(runs: runs))
        #expect(try ledger.lastStart(of: ["nightly"]).isEmpty)
        #expect(try ledger.move(runs[1].brought(to: .running, startedAt: .noon(plus: 20)), from: .due))
        #expect(try ledger.lastStart(of: ["nightly"]) == ["nightly": .noon(plus: 20)])
        #expect(try ledger.move(runs[0].brought(to: .running, startedAt: .noon(plus: 30)), from: .due))
        #expect(try ledger.lastStart(of: ["nightly"]) == ["nightly": .noon(plus: 20)])
        #expect(try ledger.move(runs[2].brought(to: .succeeded, startedAt: .noon(plus: 5), endedAt: .noon(plus: 6)), from: .due))
        #expect(try ledger.lastStart(of: ["nightly"]) == ["nightly": .noon(plus: 5)])
    }

    struct Span: CustomTestStringConvertible, Sendable {
        let since: Int64
        let until: Int64
        var limit = 10
        let expected: [String]
        var testDescription: String { "\(since)...\(until), \(limit)" }
    }

    @Test(
        "occurrences of a span, with the rows that reach into it",
        arguments: [
            Span(since: 0, until: 100, expected: ["60", "50", "span", "boot", "10"]),
            Span(since: 0, until: 100, limit: 2, expected: ["60", "50"]),
            Span(since: 10, until: 10, expected: ["10"]),
            Span(since: 25, until: 26, expected: ["span"]),
            Span(since: 41, until: 49, expected: []),
            Span(since: 11, until: 20, expected: ["span", "boot"]),
            Span(since: 12, until: 19, expected: ["boot"]),
            Span(since: 61, until: 60, expected: []),
        ])
    func occurrences(_ row: Span) throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var boot = Occurrence.sample(.boot("b"), account: .skipped(.overlap))
        boot.decidedAt = .noon(plus: 15)
        var rows = [boot, Occurrence.sample(.instant(.noon(plus: 40)), account: .missed(.down), spanFirst: .noon(plus: 20), count: 20)]
        rows += [10, 50, 60].map { .sample(.instant(.noon(plus: $0)), account: .missed(.down)) }
        rows += [.sample(.instant(.noon(plus: 10)), job: "other", account: .missed(.down))]
        try ledger.commit(LedgerChanges(occurrences: rows))
        let found = try ledger.occurrences(
            job: "nightly", since: .noon(plus: row.since), until: .noon(plus: row.until), limit: row.limit)
        #expect(found.map(\.label) == row.expected)
        #expect(try ledger.occurrences(job: "none", since: .noon, until: .noon, limit: 1).isEmpty)
    }

    @Test func aForgottenJobOwesNothingWhenItComesBack() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var cursor = JobCursor(job: "a", now: .noon, era: 1, jitter: .seconds(9), jitterSpan: .seconds(60))
        cursor.pausedUntil = JobCursor.forever
        cursor.silentReason = .paused
        cursor.bootServed = "b"
        try ledger.commit(LedgerChanges(cursors: [cursor]))
        #expect(try ledger.forgottenCursor(job: "a", now: .noon(plus: 60)) == nil)
        try ledger.forget(job: "a", now: .noon(plus: 10))
        #expect(try ledger.cursors().isEmpty)
        var back = cursor
        back.accountedTo = .noon(plus: 60)
        back.silentReason = nil
        #expect(try ledger.forgottenCursor(job: "a", now: .noon(plus: 60)) == back)
        try ledger.commit(LedgerChanges(cursors: [back]))
        #expect(try ledger.cursors() == [back])
        #expect(try ledger.forgottenCursor(job: "a", now: .noon(plus: 60)) == nil)
    }
}

extension Occurrence {
    fileprivate var label: String {
        switch slot {
        case .boot: "boot"
        case .instant(let at): count > 1 ? "span" : String((at.milliseconds - Instant.noon.milliseconds) / 1000)
        }
    }
}
