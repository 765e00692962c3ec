import CronSchedule
import Testing

@testable import SchedulerCore

@Suite struct OverlapScenarioTests {
    /// A job of each minute whose runs take 150 seconds, ten minutes long from 10:00:30.
    private func world(_ overlap: OverlapPolicy, limits: Admission.Limits = .init()) throws -> World {
        let world = World(at: at("10:00:30"))
        world.limits = limits
        world.behaviour = { _ in (.seconds(150), .exits(0)) }
        try world.write(["* * * * *"], name: "j") { $0.overlap = overlap }
        world.start()
        world.run(.seconds(600))
        #expect(try world.findings() == [])
        return world
    }

    @Test func skipLeavesARowWithTheRunThatWasInTheWay() throws {
        let world = try world(.skip)
        // 10:01 to 10:03:30, then 10:04, 10:07, 10:10.
        #expect(world.starts.map(\.dueAt) == ["10:01:00", "10:04:00", "10:07:00", "10:10:00"].map(at))
        let skipped = world.rows(of: "j").filter { $0.account == .skipped(.overlap) }
        #expect(skipped.count == 6)
        #expect(skipped.first?.detail == "run \(world.starts[0].id) has not ended")
    }

    @Test func queueLetsOneSlotWait() throws {
        let world = try world(.queue)
        #expect(world.starts.map(\.dueAt) == ["10:01:00", "10:02:00", "10:04:00", "10:07:00"].map(at))
        #expect(world.runs(of: "j").map(\.state) == [.succeeded, .succeeded, .succeeded, .running, .due])
        #expect(world.rows(of: "j").filter { $0.account == .skipped(.overlap) }.map(\.detail).allSatisfy { $0 == "a slot waits already" })
    }

    @Test func replaceStopsTheEarlierRunAndStartsWhenItIsGone() throws {
        let world = try world(.replace)
        #expect(world.starts.count == 10)
        #expect(world.stops.count == 9)
        #expect(Set(world.stops).count == 9, "each is asked once")
        #expect(world.runs(of: "j").dropLast().allSatisfy { $0.state == .cancelled })
        #expect(world.rows(of: "j").count == 10)
    }

    /// A job of each minute that waits for the one place of its group, which is taken.
    private func crowded(_ change: (inout JobDefinition) -> Void) throws -> World {
        let world = World(at: at("10:00:30"))
        world.behaviour = { _ in (.seconds(100_000), .exits(0)) }
        try world.write(["1 10 * * *"], name: "a") { $0.group = "disk" }
        try world.write(["* * * * *"], name: "b") {
            $0.group = "disk"
            change(&$0)
        }
        world.start()
        return world
    }

    @Test func aSlotThatWasReplacedBeforeItsRunStartedDidNotRun() throws {
        let world = try crowded { $0.overlap = .replace }
        world.run(.seconds(240))
        let accounts = world.rows(of: "b").map(\.account)
        let last = try #require(world.runs(of: "b").last)
        #expect(accounts == [.skipped(.overlap), .skipped(.overlap), .skipped(.overlap), .ran(run: last.id)])
        let first = try #require(world.runs(of: "b").first)
        #expect(world.rows(of: "b").first?.detail == "replaced by a later slot (run \(first.id))")
        #expect(first.state == .cancelled)
        #expect(try world.findings() == [])
    }

    @Test func aSlotWhoseFileOrWhoseTimeIsGoneBeforeItsRunStartedDidNotRun() throws {
        let world = try crowded { $0.overlap = .queue }
        world.run(.seconds(60))
        world.jobs["b"] = nil
        world.load()
        #expect(world.rows(of: "b").map(\.account) == [.skipped(.disabled)])
        #expect(world.rows(of: "b").first?.detail.hasPrefix("its job file is gone (run ") == true)
        #expect(try world.findings() == [])

        let late = try crowded {
            $0.overlap = .queue
            $0.catchUp.deadline = .seconds(3600)
        }
        late.run(.seconds(60))
        late.kill()
        late.stall(.seconds(7200))
        late.start()
        #expect(late.rows(of: "b").first?.account == .missed(.deadline))
        #expect(try late.findings() == [])
    }

    @Test func aSlotThatWasCancelledBeforeItsRunStartedDidNotRun() throws {
        let world = try crowded { $0.overlap = .queue }
        world.run(.seconds(60))
        let waiting = try #require(world.runs(of: "b").first)
        world.change { $0.cancel(waiting.id, now: world.wall) }
        #expect(world.rows(of: "b").map(\.account) == [.skipped(.disabled)])
        #expect(world.rows(of: "b").first?.detail == "cancelled on request (run \(waiting.id))")
    }

    @Test func slotsThatTheLedgerDidNotTakeSayWhy() throws {
        let world = World(at: at("10:00:30"))
        try world.write(["* * * * *"], name: "j") { $0.catchUp = CatchUpPolicy(mode: .none) }
        world.start()
        world.stall(.seconds(615))
        world.change { $0.pass(now: world.wall, elapsed: world.elapsed, ledgerRefused: true) }
        let row = try #require(world.rows(of: "j").last)
        #expect(row.account == .missed(.down))
        #expect(row.detail == "the ledger could not be written")
        world.stall(.seconds(600))
        world.pass()
        #expect(world.rows(of: "j").last?.detail == "the daemon did not run, or was suspended")
    }

    @Test func allowRunsThemSideBySide() throws {
        let world = try world(.allow)
        #expect(world.starts.count == 10)
        #expect(world.processes.count == 2)
    }

    @Test func allowSkipsWhenTooManyWait() throws {
        let world = World(at: at("10:00:00"))
        world.behaviour = { _ in (.seconds(100_000), .exits(0)) }
        try world.write(["* * * * * *"], name: "j") { $0.overlap = .allow }
        world.start()
        world.run(.seconds(200))
        #expect(world.processes.count == 16)
        #expect(world.runs(of: "j").count { $0.state == .due } == OverlapPolicy.waitingBound)
        #expect(world.rows(of: "j").last?.detail == "100 slots wait for a free place already")
        #expect(try world.findings() == [])
    }

    @Test func aRunThatIsReplacedGetsNoRetryThoughItFailed() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { _ in (.seconds(90), .exits(1)) }
        try world.write(["* * * * *"], name: "j") {
            $0.overlap = .replace
            $0.retry = RetryPolicy(attempts: 3, backoff: .constant, initial: .seconds(600))
        }
        world.start()
        world.run(.seconds(89))
        // Its own failure comes in before the stop does.
        let first = world.starts[0].id
        world.stall(.seconds(1))
        world.change { scheduler in
            var actions = scheduler.pass(now: world.wall, elapsed: world.elapsed)
            let end = AttemptEnd(run: first, attempt: 1, cause: .exited(code: 1), endedAt: world.wall)
            let more = scheduler.pass(now: world.wall, elapsed: world.elapsed, ends: [end])
            #expect(actions.stops == [first])
            #expect(more.moves.map(\.run.state).contains(.failed))
            #expect(more.starts.count == 1)
            actions.stops = []
            return actions
        }
    }

    @Test func aReplacementThatACrashInterruptedIsTakenUpAgain() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { _ in (.seconds(100_000), .exits(0)) }
        try world.write(["*/5 * * * *"], name: "j") { $0.overlap = .replace }
        world.start()
        world.run(.seconds(300))
        world.stall(.seconds(270))
        world.death = .betweenCommitAndStarts
        world.pass()
        #expect(world.stops == [])
        world.start()
        #expect(world.stops == [world.starts[0].id])
        world.run(.seconds(5))
        #expect(world.runs(of: "j").map(\.state) == [.cancelled, .running])
        #expect(try world.findings() == [])
    }

    @Test func slotsOfOneCatchUpFollowEachOtherAndDoNotReplaceEachOther() throws {
        for overlap in [OverlapPolicy.skip, .queue, .replace] {
            let world = World(at: at("10:00:30"))
            try world.write(["*/5 * * * *"], name: "j") {
                $0.overlap = overlap
                $0.catchUp = CatchUpPolicy(mode: .all, max: 4)
            }
            world.start()
            world.kill()
            world.stall(.seconds(1860))
            world.start()
            world.run(.seconds(8))
            world.kill()
            world.start()
            world.run(.seconds(20))
            #expect(world.runs(of: "j").map(\.state) == [.succeeded, .succeeded, .succeeded, .succeeded], "\(overlap)")
            #expect(try world.findings() == [])
        }
    }
}
