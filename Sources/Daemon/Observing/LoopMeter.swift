import CronSchedule
package import SchedulerCore
import Synchronization

/// What the loop does, noted as it goes. Whoever watches the daemon reads it without waiting for the loop.
package final class LoopMeter: Sendable {
    private struct State {
        var pulse = Pulse()
        var tally = Tally()
        var isBlocked = false
    }

    private let state = Mutex(State())
    /// A clock that nobody sets and that stands still while the machine sleeps: a sleeping machine is no hanging loop.
    package let uptime: @Sendable () -> Duration

    package init(uptime: @escaping @Sendable () -> Duration) { self.uptime = uptime }

    /// By the kernel's clock.
    package convenience init() {
        let clock = SuspendingClock()
        let origin = clock.now
        self.init { origin.duration(to: clock.now) }
    }

    package var pulse: Pulse { state.withLock { $0.pulse } }
    package var tally: Tally { state.withLock { $0.tally } }
    /// Whether the ledger took no rows at the last try: nothing starts then.
    package var isBlocked: Bool { state.withLock { $0.isBlocked } }

    /// What has been counted, with a series of its own for each of `jobs`, as far as there is room.
    package func tally(of jobs: [String]) -> Tally {
        state.withLock { state in
            state.tally.admit(jobs)
            return state.tally
        }
    }

    /// - Returns: when it began, for ``passEnds(_:)``.
    func passBegins() -> Duration {
        let now = uptime()
        state.withLock { $0.pulse.passBegan = now }
        return now
    }

    func passEnds(_ begin: Duration) {
        let now = uptime()
        state.withLock { state in
            state.pulse.passBegan = nil
            state.tally.count(pass: now - begin)
        }
    }

    /// The alarm of the loop is set.
    func expects(_ alarm: Instant?, now: Instant) {
        let uptime = uptime()
        // What is further away than anybody waits needs no exact count.
        let due = alarm.map { uptime + .milliseconds(min($0.milliseconds, now.milliseconds + 1_000_000_000_000) - now.milliseconds) }
        state.withLock { $0.pulse.due = due }
    }

    /// Rows that are on the disk.
    /// - Parameter isInForce: whether there is such a job.
    package func count(_ actions: SchedulerActions, isInForce: (String) -> Bool) {
        let names = actions.runs.map(\.job) + actions.moves.map(\.run.job) + actions.occurrences.map(\.job) + actions.lapses.map(\.job)
        let gone = Set(names.filter { !isInForce($0) })
        state.withLock { state in
            state.isBlocked = false
            if !actions.isEmpty { state.tally.count(actions, gone: gone) }
        }
    }

    /// Jobs are gone.
    func forget(_ jobs: [String]) { state.withLock { $0.tally.forget(jobs) } }

    /// The ledger took no rows.
    func ledgerRefused() { state.withLock { $0.isBlocked = true } }
}
