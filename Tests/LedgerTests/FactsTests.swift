import CronSchedule
import SchedulerCore
import Testing

@testable import Ledger

/// What requests tell of other runs.
@Suite struct FactsTests {
    private let scratch: Scratch
    private let ledger: Ledger

    init() throws {
        scratch = try Scratch()
        ledger = try scratch.open()
    }

    private func ended(_ number: Int, _ job: String, _ state: RunState, _ numbers: [String: Double]? = nil, dryRun: Bool = false) throws
        -> Run
    {
        var run = try Run.sample(number, job: job, dryRun: dryRun).brought(to: state)
        run.ending = numbers.map { RunEnding(summary: "did it", numbers: $0) }
        return run
    }

    @Test func theNewestRunThatEndedIsFoundWhateverGoesOnAndDryRunsAreNone() throws {
        try ledger.commit(
            LedgerChanges(runs: [
                ended(1, "a", .succeeded), ended(2, "b", .failed), ended(3, "a", .timedOut), ended(4, "a", .succeeded, dryRun: true),
                ended(5, "a", .running), ended(6, "c", .due),
            ]))
        #expect(try ledger.lastEnded(of: ["a", "b", "c", "nobody"]).mapValues(\.id) == ["a": .sample(3), "b": .sample(2)])
        #expect(try ledger.lastEnded(of: []).isEmpty)
    }

    @Test func theNewestRunWithANumberIsFound() throws {
        try ledger.commit(
            LedgerChanges(runs: [
                ended(1, "a", .succeeded, ["good_points": 1]), ended(2, "a", .warning, ["good_points": 1, "files": 3]),
                ended(3, "a", .warning, ["good_points": 0]), ended(4, "a", .failed), ended(5, "a", .succeeded, ["other": 1]),
                ended(6, "a", .succeeded, ["good_points": 1], dryRun: true), ended(7, "b", .succeeded, ["good_points": .infinity]),
                ended(8, "c", .succeeded, ["good_points": .nan]),
            ]))
        #expect(try ledger.last(withNumber: "good_points", of: ["a", "nobody"]).mapValues(\.id) == ["a": .sample(2)])
    }
}
