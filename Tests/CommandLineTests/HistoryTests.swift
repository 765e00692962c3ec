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

    @Test func theLatenessOfASlotThatRanIsThatOfItsStart() throws {
        let bench = try Bench()
        var waited = try Self.run(0, at: .evening)
        waited.startedAt = Instant(milliseconds: waited.dueAt.milliseconds + 11_000)
        let row = Occurrence(
            job: "job", slot: .instant(.evening), era: 0, account: .ran(run: waited.id), detail: "", decidedAt: .evening,
            latenessMilliseconds: 0)
        try bench.record(LedgerChanges(runs: [waited], occurrences: [row]))
        let outcome = try BuiltCommand(on: bench).run(["history", "--slots", "--json"])
        #expect(try outcome.objects().map { $0["lateness_ms"] as? Int } == [11_000])
        #expect(try BuiltCommand(on: bench).run(["history", "--slots"]).output.contains(#/ 11(\.0)? s /#))
    }

    @Test func aJobThatIsSilentSaysSoInsteadOfHavingNoSlots() throws {
        let bench = try Bench()
        try bench.write("retired", "uses: command\nenabled: false\nschedule: \"0 5 * * *\"\ntimezone: UTC\nwith: {argv: [\"true\"]}\n")
        var cursor = JobCursor(job: "retired", now: .evening, era: 0, jitter: .zero, jitterSpan: .zero)
        cursor.silentReason = .disabled
        try bench.record(LedgerChanges(cursors: [cursor]))
        let outcome = try BuiltCommand(on: bench).run(["history", "retired", "--slots"])
        let words = "it is disabled since 2027-03-27T18:00:00+00:00, and the slots of that time get one row when that ends\n"
        #expect(outcome.output == "no slot of retired has its row yet: " + words)
    }

    private static func run(_ number: Int, at claimed: Instant) throws -> Run {
        let digits = String(number)
        let id = try #require(RunID(rawValue: "01JZ" + String(repeating: "0", count: 22 - digits.count) + digits))
        var run = Run(id: id, job: "job", kind: "command", trigger: .manual, slot: nil, claimedAt: claimed, dueAt: claimed)
        run.state = .succeeded
        return run
    }
}
