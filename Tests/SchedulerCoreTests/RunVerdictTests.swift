import JobKit
import Testing

@testable import SchedulerCore

@Suite struct RunVerdictTests {
    struct Row: Sendable {
        var cause: RunVerdict.Cause
        var reading: RunVerdict.Reading
        var event: RunState.Event
        var summary: String
    }

    private static let good = WireEvent.Result(outcome: .succeeded, summary: "3 files")

    @Test(
        "judge",
        arguments: [
            Row(cause: .exited(code: 0), reading: .wire(good), event: .succeeded, summary: "3 files"),
            Row(
                cause: .exited(code: 0), reading: .wire(nil), event: .failed,
                summary: "the worker ended with status 0 and gave no result"),
            Row(
                cause: .signalled(signal: 11), reading: .wire(good), event: .failed,
                summary: "ended by signal 11 (SEGV); its last word: 3 files"),
            Row(
                cause: .exited(code: 3), reading: .wire(.init(outcome: .warning, summary: "one file unreadable")), event: .warned,
                summary: "one file unreadable"),
            Row(cause: .exited(code: 0), reading: .program(ok: [0], warning: []), event: .succeeded, summary: "exit status 0"),
            Row(cause: .exited(code: 1), reading: .program(ok: [0], warning: []), event: .failed, summary: "exit status 1"),
            Row(
                cause: .exited(code: 24), reading: .program(ok: [0], warning: [24]), event: .warned,
                summary: "exit status 24, which exit_codes.warning names"),
            Row(cause: .exited(code: 7), reading: .program(ok: [7], warning: []), event: .succeeded, summary: "exit status 7"),
            Row(cause: .timedOut, reading: .program(ok: [0], warning: []), event: .timedOut, summary: "still running at its timeout of 1m"),
            Row(cause: .stopped, reading: .wire(nil), event: .cancelled, summary: "stopped on request"),
            Row(
                cause: .startFailed(step: "execve", reason: "No such file or directory"), reading: .program(ok: [0], warning: []),
                event: .failed, summary: "cannot start: execve: No such file or directory"),
            Row(
                cause: .vanished, reading: .wire(nil), event: .vanished,
                summary: "the run's launcher vanished without a record (power cut, or kill -9)"),
        ])
    func judges(_ row: Row) {
        let verdict = RunVerdict.judge(row.cause, reading: row.reading, timeout: .seconds(60))
        #expect(verdict.event == row.event)
        #expect(verdict.ending.summary == row.summary)
    }
}

@Suite struct RunIDTests {
    @Test func idsSortByTheirTimeAndReadBack() throws {
        let ids = [1, 1_700_000_000_000, 1_800_000_000_000, 281_474_976_710_655].map { RunID(milliseconds: $0) }
        #expect(ids == ids.sorted())
        for id in ids { #expect(RunID(rawValue: id.rawValue) == id) }
        #expect(Set((0..<1000).map { _ in RunID(milliseconds: 5) }).count == 1000)
    }

    @Test(
        "refused",
        arguments: [
            "", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FAU",
        ])
    func refuses(_ text: String) {
        #expect(RunID(rawValue: text) == nil)
    }
}
