import Glibc
import SchedulerCore
import Synchronization

/// Where a test ends the daemon as a crash would: `ACORE_SCHED_FAULT=POINT:N` in its environment kills it at the N-th passage of a point.
///
/// Nobody but who starts the daemon can ask for it; without the variable there is no plan, and a point costs a look at nil.
package final class FaultPlan: Sendable {
    /// The order of a run's life, before and after each step that is durable.
    package enum Point: String, CaseIterable, Sendable {
        case beforeClaim = "before-claim"
        case afterClaim = "after-claim"
        case beforeSpawn = "before-spawn"
        case afterSpawn = "after-spawn"
        /// The launcher has said who it is, and the daemon has not said that the run started.
        case afterLaunchRecord = "after-launch.json"
        /// The run goes on, and ends while no daemon is there.
        case beforeExitRecord = "before-exit.json"
        /// The daemon has read how the run ended, and told nobody.
        case afterExitRecord = "after-exit.json"
        case beforeRecord = "before-record"
        case afterRecord = "after-record"
    }

    private let point: Point
    private let passagesLeft: Mutex<Int>

    /// - Parameter text: the variable's value; nil for none.
    /// - Throws: category usage for one that cannot be read: a test that kills nothing would prove nothing.
    package init?(_ text: String?) throws(DaemonError) {
        guard let text else { return nil }
        let parts = text.split(separator: ":")
        guard parts.count == 2, let point = Point(rawValue: String(parts[0])), let passage = Int(parts[1]), passage > 0 else {
            throw DaemonError(
                "ACORE_SCHED_FAULT is not understood: \(text)",
                fix: "unset it; tests write POINT:N with one of \(Point.allCases.map(\.rawValue).joined(separator: ", "))", category: .usage
            )
        }
        self.point = point
        passagesLeft = Mutex(passage)
    }

    /// Comes by a point; does not come back from the passage that was asked for.
    func pass(_ point: Point) {
        guard isDue(at: point) else { return }
        die()
    }

    /// Comes by the point after a spawn: for ``Point/afterLaunchRecord`` the launcher is given the time to write.
    func passLaunchRecord(in folder: String) {
        guard isDue(at: .afterLaunchRecord) else { return }
        while access(folder + "/launch.json", F_OK) != 0 { usleep(100) }
        die()
    }

    /// Comes by the points before rows are written.
    func passBefore(_ actions: SchedulerActions) {
        if !actions.runs.isEmpty { pass(.beforeClaim) }
        if !actions.attempts.isEmpty { pass(.beforeRecord) }
    }

    /// Comes by the points after they are on the disk.
    func passAfter(_ actions: SchedulerActions) {
        if !actions.runs.isEmpty { pass(.afterClaim) }
        if !actions.attempts.isEmpty { pass(.afterRecord) }
    }

    private func isDue(at point: Point) -> Bool {
        guard point == self.point else { return false }
        return passagesLeft.withLock { left in
            left -= 1
            return left == 0
        }
    }

    private func die() -> Never {
        kill(getpid(), SIGKILL)
        while true { pause() }
    }
}
