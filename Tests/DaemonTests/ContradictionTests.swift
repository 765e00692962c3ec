import CronSchedule
import Daemon
import Ledger
import SchedulerCore
import Testing

@Suite struct ContradictionTests {
    @Test func aLedgerThatSomebodyElseChangedEndsTheLoopInsteadOfLeavingItStuck() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let engine = MemoryEngine(clock: clock)
        let loop = try await space.loop([Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: engine, clock: clock)
        clock.advance(by: .seconds(30))
        await loop.pass()
        var row = try #require(try ledger.run(engine.started[0].id))
        row.state = .cancelled
        #expect(try ledger.move(row, from: .running))
        engine.end(engine.started[0])
        for _ in 0..<10_000 where await loop.contradiction == nil {
            await loop.pass()
            await Task.yield()
        }
        #expect(await loop.contradiction != nil)
        // work() returns by itself.
        await loop.work()
    }
}
