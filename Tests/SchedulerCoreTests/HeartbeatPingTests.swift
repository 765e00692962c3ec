import CronSchedule
import SchedulerCore
import Testing

@Suite struct HeartbeatPingTests {
    struct Row: CustomTestStringConvertible {
        var from: RunState?
        var to: RunState
        var attempt = 1
        var code: Int?
        var isProgram = true
        var hasStarted = true
        var dryRun = false
        var expected: HeartbeatPing?
        var testDescription: String { "\(from?.rawValue ?? "new") to \(to.rawValue), attempt \(attempt), code \(code ?? -1)" }
    }

    @Test(arguments: [
        Row(from: nil, to: .due, expected: nil),
        Row(from: .due, to: .starting, expected: nil),
        Row(from: .starting, to: .running, expected: .start),
        Row(from: .starting, to: .running, attempt: 2, expected: nil),
        Row(from: .running, to: .running, expected: nil),
        Row(from: .starting, to: .due, expected: nil),
        Row(from: .running, to: .retrying, code: 1, expected: nil),
        Row(from: .running, to: .succeeded, code: 0, expected: .success),
        Row(from: .running, to: .succeeded, attempt: 3, code: 0, expected: .success),
        Row(from: .running, to: .warning, code: 5, expected: .success),
        Row(from: .running, to: .failed, code: 3, expected: .exitStatus(3)),
        Row(from: .running, to: .failed, code: 255, expected: .exitStatus(255)),
        Row(from: .running, to: .failed, code: 0, expected: .failure),
        Row(from: .running, to: .failed, code: 3, isProgram: false, expected: .failure),
        Row(from: .running, to: .failed, expected: .failure),
        Row(from: .due, to: .failed, hasStarted: false, expected: .failure),
        Row(from: .running, to: .timedOut, code: 3, expected: .failure),
        Row(from: .running, to: .interrupted, expected: .failure),
        Row(from: .running, to: .cancelled, expected: .failure),
        Row(from: .retrying, to: .cancelled, expected: .failure),
        Row(from: .due, to: .cancelled, hasStarted: false, expected: nil),
        Row(from: nil, to: .cancelled, hasStarted: false, expected: nil),
        Row(from: .starting, to: .running, dryRun: true, expected: nil),
        Row(from: .running, to: .succeeded, code: 0, dryRun: true, expected: nil),
        Row(from: .running, to: .failed, code: 3, dryRun: true, expected: nil),
    ])
    func followsFromTheChange(_ row: Row) throws {
        let now = Instant(milliseconds: 1_000)
        let id = try #require(RunID(rawValue: "01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        var run = Run(id: id, job: "j", kind: "command", trigger: .schedule, slot: nil, claimedAt: now, dueAt: now, dryRun: row.dryRun)
        run.state = row.to
        run.attempt = row.attempt
        run.startedAt = row.hasStarted ? now : nil
        run.ending = RunEnding(summary: "s")
        run.ending?.exitCode = row.code
        #expect(HeartbeatPing.due(for: run, from: row.from, isProgram: row.isProgram) == row.expected)
    }

    @Test func aRunsUUIDHasTheBitsOfItsULID() throws {
        #expect(RunID(rawValue: "01ARZ3NDEKTSV4RRFFQ69G5FAV")?.uuid == "01563e3a-b5d3-d676-4c61-efb99302bd5b")
        #expect(RunID(rawValue: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")?.uuid == "ffffffff-ffff-ffff-ffff-ffffffffffff")
        #expect(RunID(rawValue: "00000000000000000000000001")?.uuid == "00000000-0000-0000-0000-000000000001")
    }

    @Test(arguments: [
        ("https://hc-ping.com/secret/word", "https://hc-ping.com/***"), ("https://u:p@host:81?key=secret", "https://host:81/***"),
        ("http://host#x", "http://host/***"),
    ])
    func theAddressIsMaskedForPeople(_ address: String, _ expected: String) {
        var notices = Notices()
        notices.heartbeat = address
        #expect(notices.maskedHeartbeat == expected)
    }
}
