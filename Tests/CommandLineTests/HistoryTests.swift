import CronSchedule
import Ledger
import SchedulerCore
import Testing

/// History that is longer than a page, or whose moments do not fall with their age.
@Suite struct HistoryTests {
    @Test func sinceLooksBehindAClockThatWasSetBack() throws {
        let bench = try Bench()
        let hours: [Int64] = [0, 3, 4, 1]
        try bench.record(LedgerChanges(runs: try hours.enumerated().map { try Self.run($0.offset, at: .evening(plus: $0.element * 3600)) }))
        let outcome = try BuiltCommand(on: bench).run(["history", "--since", "2027-03-27T20:30:00Z", "--json"])
        let claims = try outcome.objects().map { $0["claimed_at"] as? String }
        #expect(claims == ["2027-03-27T22:00:00Z", "2027-03-27T21:00:00Z"])
    }

    @Test(arguments: [("5", 5), ("1200", 1200), ("100000", 1300)])
    func theLimitHolds(_ limit: String, _ count: Int) throws {
        let bench = try Bench()
        try bench.record(LedgerChanges(runs: try (0..<1300).map { try Self.run($0, at: .evening(plus: Int64($0))) }))
        for since in [[], ["--since", "2027-03-27T18:00:00Z"]] {
            let outcome = try BuiltCommand(on: bench).run(["history", "--limit", limit, "--json"] + since)
            let runs = try outcome.objects().map { try #require($0["run"] as? String) }
            #expect(runs.count == count)
            #expect(runs == runs.sorted(by: >), "newest first, each once")
        }
    }

    private static func run(_ number: Int, at claimed: Instant) throws -> Run {
        let digits = String(number)
        let id = try #require(RunID(rawValue: "01JZ" + String(repeating: "0", count: 22 - digits.count) + digits))
        var run = Run(id: id, job: "job", kind: "command", trigger: .manual, slot: nil, claimedAt: claimed, dueAt: claimed)
        run.state = .succeeded
        return run
    }
}
