import CronSchedule
import Daemon
import Foundation
import Ledger
import SchedulerCore
import Testing

@Suite struct SchedulerLoopTests {
    @Test func aSlotIsInTheLedgerBeforeItsRunStarts() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let engine = MemoryEngine(clock: clock) { run in
            // What another process would find on the disk at this moment.
            let row = try? Ledger.openForReading(in: space.path).run(run.id)
            #expect(row?.state == .starting)
        }
        let loop = try await space.loop([Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: engine, clock: clock)
        #expect(clock.alarm == (try at("10:01:00")))
        clock.advance(by: .seconds(30))
        await loop.pass()
        #expect(engine.started.map(\.job) == ["j"])
        #expect(try ledger.run(engine.started[0].id)?.state == .running)
        #expect(clock.alarm == (try at("10:02:00")))
    }

    @Test func whatIsDueNextIsToldOnceForEachMoment() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let engine = MemoryEngine(clock: clock)
        let jobs = [("a", "* * * * *"), ("b", "* * * * *"), ("c", "2 * * * *")].map { Workspace.job($0, schedule: $1) }
        let loop = try await space.loop(jobs, ledger: try space.ledger(at: clock.now()), engine: engine, clock: clock)
        let work = Task { await loop.work() }
        clock.nudge()  // a pass at which nothing is due
        for told in [["a", "b"], ["a", "b", "c"], ["a", "b"]] {
            let before = engine.expected.count
            try await loop.passUntil { engine.expected.last == Set(told) }
            #expect(engine.expected.count <= before + 1)
            clock.set(to: try #require(clock.alarm))
            clock.nudge()
        }
        work.cancel()
        clock.nudge()
        await work.value
    }

    @Test func noMoreJobsAreToldThanMayRunAtOnce() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let engine = MemoryEngine(clock: clock)
        let jobs = ["a", "b", "c"].map { Workspace.job($0, schedule: "* * * * *") }
        let loop = try await space.loop(
            jobs, ledger: try space.ledger(at: clock.now()), engine: engine, clock: clock, limits: .init(runs: 2))
        for _ in 0..<2 { await loop.reload(JobChanges(from: [:], to: [:])) }
        #expect(engine.expected.map(\.count) == [2, 2], "after each change of files")
    }

    @Test func theEndOfARunIsRecordedAndItsLeftoversAreRemoved() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let engine = MemoryEngine(clock: clock)
        let loop = try await space.loop([Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: engine, clock: clock)
        clock.advance(by: .seconds(30))
        await loop.pass()
        let run = engine.started[0]
        clock.advance(by: .seconds(5))
        engine.end(run, cause: .exited(code: 3))
        try await loop.passUntil { engine.finished == [run.id] }
        let row = try #require(try ledger.run(run.id))
        #expect(row.state == .failed)
        #expect(row.ending?.exitCode == 3)
        #expect(row.endedAt == clock.now())
        #expect(try ledger.attempts(of: run.id).map(\.state) == [.failed])
    }

    @Test func aRestartFindsAClaimThatNeverStartedAndStartsItOnce() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let job = Workspace.job("j", schedule: "* * * * *")
        var ledger = try space.ledger(at: clock.now())
        let dying = MemoryEngine(clock: clock)
        let first = try await space.loop([job], ledger: ledger, engine: dying, clock: clock)
        clock.advance(by: .seconds(30))
        await first.pass()
        let claimed = dying.started[0].id
        // The daemon dies here: the ledger says running, and nothing ran.
        try ledger.close()
        ledger = try space.ledger(at: clock.now())
        try ledger.commit(LedgerChanges())
        var row = try #require(try ledger.run(claimed))
        #expect(row.state == .running)
        row.state = .starting
        #expect(try ledger.move(row, from: .running))
        clock.advance(by: .seconds(10))
        let engine = MemoryEngine(clock: clock)
        let second = try await space.loop([job], ledger: ledger, engine: engine, clock: clock)
        #expect(engine.started.map(\.id) == [claimed])
        await second.pass()
        #expect(engine.started.count == 1)
    }

    @Test func aRunThatWentOnWhileTheDaemonWasAwayIsWatchedAgain() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let job = Workspace.job("j", schedule: "* * * * *")
        var ledger = try space.ledger(at: clock.now())
        let first = MemoryEngine(clock: clock)
        let loop = try await space.loop([job], ledger: ledger, engine: first, clock: clock)
        clock.advance(by: .seconds(30))
        await loop.pass()
        let run = first.started[0]
        try ledger.close()
        ledger = try space.ledger(at: clock.now())
        let second = MemoryEngine(clock: clock, recovered: .live(startedAt: clock.now()))
        let again = try await space.loop([job], ledger: ledger, engine: second, clock: clock)
        #expect(second.started.isEmpty)
        clock.advance(by: .seconds(60))
        await again.pass()
        // Its next slot is skipped: the run has not ended.
        let accounts = try ledger.occurrences(job: "j", since: try at("10:00:00"), until: try at("11:00:00"), limit: 10).map(\.account)
        #expect(accounts.contains(.skipped(.overlap)))
        second.end(run)
        try await again.passUntil { second.finished == [run.id] }
        #expect(try ledger.run(run.id)?.state == .succeeded)
    }

    @Test func aStartThatTheSystemRefusesIsAFailedRunAndNotALostSlot() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let engine = MemoryEngine(clock: clock) { _ throws(DaemonError) in
            throw DaemonError("no process left", fix: "raise pids_max")
        }
        let loop = try await space.loop([Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: engine, clock: clock)
        clock.advance(by: .seconds(30))
        await loop.pass()
        try await loop.passUntil { !engine.finished.isEmpty }
        let row = try #require(try ledger.run(engine.finished[0]))
        #expect(row.state == .failed)
        #expect(row.ending?.summary.contains("no process left") == true)
    }

    @Test func whileTheLedgerCannotBeWrittenNothingStartsAndAfterwardsTheSlotIsCaughtUp() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let engine = MemoryEngine(clock: clock)
        let loop = try await space.loop([Workspace.job("j", schedule: "*/5 * * * *")], ledger: ledger, engine: engine, clock: clock)
        // Another process holds the write lock: the commit fails as it would on a full disk.
        let blocker = try WriteLock(on: space.path + "/" + Ledger.fileName)
        clock.advance(by: .seconds(270))
        await loop.pass()
        #expect(engine.started.isEmpty)
        #expect(clock.alarm == clock.now().moved(by: SchedulerLoop.ledgerPause))
        blocker.release()
        clock.advance(by: SchedulerLoop.ledgerPause)
        await loop.pass()
        #expect(engine.started.count == 1)
        let slot = try at("10:05:00")
        let rows = try ledger.occurrences(job: "j", since: slot, until: slot, limit: 5)
        #expect(rows.map(\.account) == [.ran(run: engine.started[0].id)])
    }
}

extension SchedulerLoop {
    /// Passes until `condition` holds: ends arrive through tasks of their own.
    func passUntil(_ condition: @Sendable () -> Bool) async throws {
        for _ in 0..<10_000 {
            pass()
            if condition() { return }
            await Task.yield()
        }
        Issue.record("the condition did not come to hold")
    }
}
