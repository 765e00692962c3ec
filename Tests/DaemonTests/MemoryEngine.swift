import CronSchedule
import Daemon
import SchedulerCore
import Synchronization

/// Processes that exist only in memory: the test ends them.
final class MemoryEngine: RunEngine {
    private struct State {
        var live: [RunID: @Sendable (AttemptEnd) -> Void] = [:]
        var started: [Run] = []
        var stopped: [RunID] = []
        var finished: [RunID] = []
        var expected: [Set<String>] = []
    }

    private let state = Mutex(State())
    /// Called before each start, with the run.
    private let before: @Sendable (Run) throws(DaemonError) -> Void
    private let recovered: Recovered
    private let clock: ManualLoopClock

    init(
        clock: ManualLoopClock, recovered: Recovered = .neverStarted,
        before: @escaping @Sendable (Run) throws(DaemonError) -> Void = { _ in }
    ) {
        self.clock = clock
        self.recovered = recovered
        self.before = before
    }

    var started: [Run] { state.withLock { $0.started } }
    var stopped: [RunID] { state.withLock { $0.stopped } }
    /// What was told to be due next, each time.
    var expected: [Set<String>] { state.withLock { $0.expected } }
    var finished: [RunID] { state.withLock { $0.finished } }

    func start(
        _ run: Run, of definition: JobDefinition, ended: @escaping @Sendable (AttemptEnd) -> Void
    ) throws(DaemonError) -> Instant {
        try before(run)
        state.withLock {
            $0.started.append(run)
            $0.live[run.id] = ended
        }
        return clock.now()
    }

    func expect(_ jobs: Set<String>, at moment: Instant) { state.withLock { $0.expected.append(jobs) } }

    func startBatch(of count: Int, _ starts: () -> Void) { starts() }

    func stop(_ run: RunID) throws(DaemonError) { state.withLock { $0.stopped.append(run) } }

    func recover(_ run: Run, ended: @escaping @Sendable (AttemptEnd) -> Void) async throws(DaemonError) -> Recovered {
        if case .live = recovered { state.withLock { $0.live[run.id] = ended } }
        return recovered
    }

    func finish(_ run: RunID) throws(DaemonError) { state.withLock { $0.finished.append(run) } }

    /// Ends a live run.
    func end(_ run: Run, cause: RunVerdict.Cause = .exited(code: 0), change: (inout AttemptEnd) -> Void = { _ in }) {
        let ended = state.withLock { $0.live.removeValue(forKey: run.id) }
        var end = AttemptEnd(run: run.id, attempt: run.attempt, cause: cause, endedAt: clock.now())
        change(&end)
        ended?(end)
    }
}
