import CronSchedule
import Daemon
import Ledger
import SchedulerCore
import Testing

/// What is decided while a notice waits to be told for the first time.
@Suite struct WaitingNoticeTests {
    private static let jobs = ["a", "b"].map { name in
        Workspace.job(name, schedule: "* * * * *") { $0.notices.occasions = [.failure, .recovery] }
    }

    private static func grouping() async throws -> AlertBench { try await AlertBench(jobs, routing: { $0.folded = ["ops"] }) }

    /// Both jobs run once more.
    private func end(_ cause: RunVerdict.Cause, _ bench: AlertBench) async throws {
        bench.advance(by: .seconds(60))
        await bench.loop.pass()
        let count = bench.engine.finished.count
        for run in bench.engine.started.suffix(2) { bench.engine.end(run, cause: cause) }
        try await bench.loop.passUntil { bench.engine.finished.count == count + 2 }
    }

    private func silence(_ pattern: String, _ bench: AlertBench) async throws {
        _ = try await bench.loop.silence(pattern, until: bench.clock.now().moved(by: .seconds(3600)), by: "ann", reason: "known")
    }

    /// Lets what waits for more of its kind be told.
    private func ring(_ bench: AlertBench) {
        bench.advance(by: .seconds(30))
        bench.outboxClock.nudge()
    }

    private func isSettled(_ bench: AlertBench) throws -> Bool { try bench.ledger.waitingNotices() == 0 }

    @Test func aSilenceWithinTheWaitHoldsBackWhatWasNotToldAndItsEndToo() async throws {
        let bench = try await Self.grouping()
        try await bench.working {
            try await end(.exited(code: 1), bench)
            try await silence("a/*", bench)
            ring(bench)
            await bench.arrivals(1)
            try await bench.settled { try isSettled(bench) }
            try await end(.exited(code: 0), bench)
            ring(bench)
            await bench.arrivals(2)
            try await bench.settled { try isSettled(bench) }
        }
        #expect(bench.receiver.members == [["b/failure"], ["b/failure"]])
        let records = try bench.ledger.alertRecords(job: "a", limit: 9)
        #expect(records.map(\.kind.rawValue) == ["resolved", "withdrawn", "told", "fired"])
        #expect(records[1].detail == "firing to ops: silenced by ann")
    }

    @Test func whatWasHeldBackIsToldWhenTheSilenceIsOver() async throws {
        let bench = try await Self.grouping()
        try await bench.working {
            try await end(.exited(code: 1), bench)
            try await silence("*", bench)
            ring(bench)
            try await bench.settled { try isSettled(bench) }
            #expect(bench.receiver.told == [])
            _ = try await bench.loop.unsilence("*", by: "ann")
            ring(bench)
            await bench.arrivals(1)
            try await bench.settled { try isSettled(bench) }
        }
        #expect(bench.receiver.members == [["a/failure", "b/failure"]])
    }

    @Test func whatBeganAndEndedWithinTheWaitIsNotToldUnderASilence() async throws {
        let bench = try await Self.grouping()
        try await bench.working {
            try await end(.exited(code: 1), bench)
            bench.outboxClock.set(to: bench.outboxClock.now().moved(by: .seconds(-50)))
            try await end(.exited(code: 0), bench)
            try await silence("*", bench)
            ring(bench)
            try await bench.settled { try isSettled(bench) }
        }
        #expect(bench.receiver.told == [])
    }

    @Test func aSilenceDuringAnOutageStopsOnlyWhatWasNeverTried() async throws {
        let bench = try await AlertBench(Self.jobs)
        bench.receiver.answer { _, _ in .again(reason: "no route", retryAfter: .seconds(60)) }
        try await bench.working {
            try await end(.exited(code: 1), bench)
            await bench.arrivals(1)
            try await bench.rested()
            try await silence("*", bench)
            bench.receiver.answer { _, _ in .delivered }
            bench.advance(by: .seconds(90))
            bench.outboxClock.nudge()
            try await bench.settled { try isSettled(bench) }
            try await end(.exited(code: 0), bench)
            try await bench.settled { try isSettled(bench) }
        }
        // Whoever was told, or may have been, hears of the end, also in a silence.
        let first = try #require(bench.receiver.told.first)
        #expect(bench.receiver.told == [first, first, first.replacing("firing", with: "resolved")])
    }
}
