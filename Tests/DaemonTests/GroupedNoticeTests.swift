import CronSchedule
import Daemon
import Ledger
import SchedulerCore
import Testing

/// Notices that wait for more of their kind, and are told in one delivery.
@Suite struct GroupedNoticeTests {
    private static let jobs = ["a", "b"].map { Workspace.job($0, schedule: "* * * * *") }

    private static func bench(_ space: Workspace? = nil, now: Instant? = nil) async throws -> AlertBench {
        try await AlertBench(jobs, space: space, routing: { $0.folded = ["ops"] }, now: now)
    }

    /// Both jobs run once more.
    private func end(_ cause: RunVerdict.Cause, _ bench: AlertBench) async throws {
        bench.advance(by: .seconds(60))
        await bench.loop.pass()
        let count = bench.engine.finished.count
        for run in bench.engine.started.suffix(2) { bench.engine.end(run, cause: cause) }
        try await bench.loop.passUntil { bench.engine.finished.count == count + 2 }
    }

    @Test func twoJobsThatFailTogetherAreOneNoticeAfterTheWait() async throws {
        let bench = try await Self.bench()
        try await bench.working {
            try await end(.exited(code: 1), bench)
            let due = bench.outboxClock.now().moved(by: .seconds(30))
            try await bench.settled { bench.outboxClock.alarm == due }
            #expect(bench.receiver.told.isEmpty)
            bench.advance(by: .seconds(30))
            bench.outboxClock.nudge()
            await bench.arrivals(1)
            try await bench.settled { try bench.ledger.notices(of: nil, limit: 9).isEmpty }
        }
        #expect(bench.receiver.members == [["a/failure", "b/failure"]])
        #expect(bench.outboxClock.alarm == nil, "there is no timer while nothing is due")
    }

    @Test func aFailureThatIsOverMeanwhileIsToldOnce() async throws {
        let bench = try await Self.bench()
        try await bench.working {
            try await end(.exited(code: 1), bench)
            bench.outboxClock.set(to: bench.outboxClock.now().moved(by: .seconds(-50)))
            try await end(.exited(code: 0), bench)
            bench.advance(by: .seconds(30))
            bench.outboxClock.nudge()
            await bench.arrivals(1)
            try await bench.settled { try bench.ledger.notices(of: nil, limit: 9).isEmpty }
        }
        #expect(bench.receiver.told.map { $0.hasPrefix("resolved ") } == [true])
        #expect(bench.receiver.members == [["a/failure", "b/failure"]])
        let summary = bench.receiver.summaries.first ?? ""
        #expect(summary.hasPrefix("2 alerts of 2 jobs are over: "))
        #expect(summary.contains("a failed: exit status 1; over after 1m: a succeeded"), "\(summary)")
    }

    @Test func aCrashAtATryTellsTheSameAgainUnderTheSameId() async throws {
        let space = try Workspace()
        let first = try await Self.bench(space)
        first.receiver.answer { _, _ in nil }
        let work = Task { [worker = first.worker] in await worker.work() }
        try await end(.exited(code: 1), first)
        first.advance(by: .seconds(30))
        first.outboxClock.nudge()
        await first.arrivals(1)
        // It is gone before an answer comes.
        try first.ledger.close()
        work.cancel()
        first.outboxClock.nudge()
        let second = try await Self.bench(space, now: first.clock.now())
        try await second.working {
            second.advance(by: .seconds(60))
            second.outboxClock.nudge()
            await second.arrivals(1)
            try await second.settled { try second.ledger.notices(of: nil, limit: 9).isEmpty }
        }
        #expect(second.receiver.deliveries == first.receiver.deliveries && second.receiver.members == first.receiver.members)
        #expect(second.receiver.members == [["a/failure", "b/failure"]])
        await work.value
    }

    @Test func aGroupThatIsRefusedComesOneByOneByTheFallbackAndWhatWaitsBehindItToo() async throws {
        let bench = try await AlertBench(
            Self.jobs,
            routing: {
                $0.folded = ["ops"]
                $0.receivers = ["ops": AlertReceiver(fallback: "mail"), "mail": AlertReceiver()]
            })
        bench.receiver.answer { _, channel in channel == "ops" ? .refused(reason: "404") : .delivered }
        try await bench.working {
            try await end(.exited(code: 1), bench)
            bench.advance(by: .seconds(30))
            bench.outboxClock.nudge()
            await bench.arrivals(4)
            try await bench.settled { try bench.ledger.notices(of: nil, limit: 9).isEmpty }
        }
        let told = bench.receiver.told
        #expect(
            told.filter { $0.hasSuffix(">mail") }.sorted() == [
                "firing a/failure>mail", "firing acore-sched:/channel/ops>mail", "firing b/failure>mail",
            ])
        #expect(told.filter { $0.hasSuffix(">ops") }.count == 1)
        #expect(try bench.ledger.alertRecords(limit: 20).filter { $0.kind == .refused }.count == 2)
    }
}
