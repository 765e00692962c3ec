import CronSchedule
import Foundation
import Ledger
import SchedulerCore
import Testing

/// Both streams of a run as one.
@Suite struct LogTests {
    private static let id = "01JZ0000000000000000000000"

    @Test func longStreamsAreMergedWithoutALoss() throws {
        let count = 5_000  // several pages of both streams
        let events = (0..<count).map { "{\"at\":\(Instant.evening.milliseconds + Int64(2 * $0)),\"raw\":\"\(2 * $0)\"}\n" }
        let errors = (0..<count).map { "\(Self.stamp(Int64(2 * $0 + 1))) \(2 * $0 + 1)\n" }
        let bench = try Self.bench(events: events.joined(), errors: errors.joined())
        let outcome = try BuiltCommand(on: bench).run(["logs", "job"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let numbers = outcome.output.split(separator: "\n").compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(numbers == Array(0..<2 * count))
    }

    @Test(
        "lines that are not as the launcher writes them are shown all the same",
        arguments: [
            ("{\"at\":\n", "", "{\"at\":\n"), ("plain\n", "", "plain\n"), ("{\"t\":\"nonsense\"}\n", "", "{\"t\":\"nonsense\"}\n"),
            ("", "no stamp\n", "stderr: no stamp\n"), ("", "2027-03-27T99:00:00.000Z odd\n", "stderr: odd\n"),
            ("half a line", "half a line", ""), ("", "", ""),
        ])
    func strangeLines(_ events: String, _ errors: String, _ shown: String) throws {
        let outcome = try BuiltCommand(on: try Self.bench(events: events, errors: errors)).run(["logs", Self.id])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == shown)
        let json = try BuiltCommand(on: try Self.bench(events: events, errors: errors)).run(["logs", Self.id, "--json"])
        #expect(try json.objects().count == shown.count { $0 == "\n" })
    }

    private static func bench(events: String, errors: String) throws -> Bench {
        let bench = try Bench()
        let id = try #require(RunID(rawValue: id))
        var run = Run(id: id, job: "job", kind: "command", trigger: .manual, slot: nil, claimedAt: .evening, dueAt: .evening)
        run.state = .succeeded
        try bench.record(LedgerChanges(runs: [run]))
        try bench.write(run: id, events: events, errors: errors)
        return bench
    }

    /// As the launcher writes it: always with milliseconds.
    private static func stamp(_ milliseconds: Int64) -> String {
        let text = Instant(milliseconds: Instant.evening.milliseconds + milliseconds).description
        return text.contains(".") ? text : String(text.dropLast()) + ".000Z"
    }
}
