/// What happens to a due slot while an earlier run of the same job still goes on.
package enum OverlapPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The slot is recorded as skipped.
    case skip
    /// The slot waits; at most one waits, a further one replaces none and is skipped.
    case queue
    /// The earlier runs are stopped, then the slot starts.
    case replace
    /// Both run.
    case allow

    /// With ``allow``: slots that may wait for a free place; further ones are skipped.
    package static let waitingBound = 100

    /// What to do with a slot.
    package enum Decision: Sendable, Hashable {
        case start
        case skip(Reason)
        case wait
        case replace
    }

    /// Why a slot is skipped.
    package enum Reason: Sendable, Hashable {
        case stillRunning(runs: Int)
        case alreadyQueued
        case tooManyWaiting
    }

    /// - Parameters:
    ///   - running: live runs of the job.
    ///   - queued: slots of the job that wait already.
    package func decide(running: Int, queued: Int = 0) -> Decision {
        switch self {
        case .allow: return queued < Self.waitingBound ? .start : .skip(.tooManyWaiting)
        case .skip: return running + queued == 0 ? .start : .skip(.stillRunning(runs: running + queued))
        case .queue:
            if running == 0, queued == 0 { return .start }
            return queued == 0 ? .wait : .skip(.alreadyQueued)
        case .replace: return running + queued == 0 ? .start : .replace
        }
    }
}
