package import SchedulerCore

/// A ping that did not arrive. The texts hold no more of the address than its scheme and host.
package struct HeartbeatProblem: Sendable, Hashable, CustomStringConvertible {
    package let job: String
    package let run: RunID
    package let reason: String
    package let fix: String

    package var description: String {
        let what = job == AlertKey.ownJob ? "the daemon's own heartbeat" : "the heartbeat for run \(run) of \(job)"
        return "\(what) was not delivered: \(reason); fix: \(fix)"
    }
}
