import CronSchedule
import Daemon
import SchedulerCore
import Testing

/// What the loop tells the service manager, and when it wakes for that.
@Suite struct LoopServiceTests {
    private static func notifier(_ manager: DatagramListener, watchdog: String? = nil) -> ServiceNotifier {
        var environment = ["NOTIFY_SOCKET": manager.address]
        environment["WATCHDOG_USEC"] = watchdog
        return ServiceNotifier(environment: environment)
    }

    @Test func theStatusIsToldWhenItChangesAndNeverOtherwise() async throws {
        let space = try Workspace()
        let manager = try DatagramListener()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let engine = MemoryEngine(clock: clock)
        let loop = try await space.loop(
            [Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: engine, clock: clock, service: Self.notifier(manager))
        #expect(try manager.waiting() == ["STATUS=1 job, 0 running, next due 2027-01-15T10:01:00Z"])
        await loop.pass()
        await loop.pass()
        #expect(try manager.waiting() == [])
        clock.advance(by: .seconds(30))
        await loop.pass()
        #expect(try manager.waiting() == ["STATUS=1 job, 1 running, next due 2027-01-15T10:02:00Z"])
        engine.end(engine.started[0])
        try await loop.passUntil { !engine.finished.isEmpty }
        #expect(try manager.waiting() == ["STATUS=1 job, 0 running, next due 2027-01-15T10:02:00Z"])
    }

    @Test func theNextSignOfLifeIsADueInstantOfTheLoop() async throws {
        let space = try Workspace()
        let manager = try DatagramListener()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let loop = try await space.loop(
            [Workspace.job("j", schedule: "0 * * * *")], ledger: ledger, engine: MemoryEngine(clock: clock), clock: clock,
            service: Self.notifier(manager, watchdog: "120000000"))
        _ = try manager.waiting()
        #expect(clock.alarm == (try at("10:01:30")))
        clock.advance(by: .seconds(60))
        await loop.pass()
        #expect(try manager.waiting() == ["WATCHDOG=1"])
        #expect(clock.alarm == (try at("10:02:30")))
        // Somebody sets the clock back by a day: the sign is due after the same time.
        clock.set(to: clock.now().moved(by: .seconds(-86_400)))
        await loop.pass()
        #expect(clock.alarm == clock.now().moved(by: .seconds(60)))
    }

    @Test func whileTheLedgerCannotBeWrittenTheLoopStillLives() async throws {
        let space = try Workspace()
        let manager = try DatagramListener()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let loop = try await space.loop(
            [Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: MemoryEngine(clock: clock), clock: clock,
            service: Self.notifier(manager, watchdog: "4000000"))
        let blocker = try WriteLock(on: space.path + "/ledger.sqlite")
        clock.advance(by: .seconds(30))
        await loop.pass()
        #expect(try manager.waiting().filter { $0 == "WATCHDOG=1" }.count == 1)
        #expect(clock.alarm == clock.now().moved(by: .seconds(2)))
        clock.advance(by: .seconds(2))
        await loop.pass()
        #expect(try manager.waiting().filter { $0 == "WATCHDOG=1" }.count == 1)
        blocker.release()
    }

    @Test func withoutAWatchdogNothingWakesTheLoop() async throws {
        let space = try Workspace()
        let manager = try DatagramListener()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        _ = try await space.loop(
            [Workspace.job("j")], ledger: ledger, engine: MemoryEngine(clock: clock), clock: clock, service: Self.notifier(manager))
        #expect(clock.alarm == nil)
    }
}
