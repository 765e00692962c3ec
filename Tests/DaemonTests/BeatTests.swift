import CronSchedule
import Daemon
import Ledger
import SchedulerCore
import Testing

/// The tick behind the daemon's own heartbeat: it counts only with a row on the disk.
@Suite struct BeatTests {
    @Test func aBeatLeavesARowAndFailsWithoutOne() async throws {
        let bench = try await AlertBench([Workspace.job("j", schedule: "* * * * *")])
        bench.advance(by: .seconds(10))
        try await bench.loop.beat()
        #expect(try bench.ledger.clock()?.lastSeen == bench.clock.now())
        let blocker = try WriteLock(on: bench.space.path + "/" + Ledger.fileName)
        await #expect(throws: DaemonError.self) { try await bench.loop.beat() }
        blocker.release()
        bench.advance(by: .seconds(10))
        try await bench.loop.beat()
        #expect(try bench.ledger.clock()?.lastSeen == bench.clock.now())
    }
}
