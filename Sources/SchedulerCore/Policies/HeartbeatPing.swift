/// What a job's heartbeat address hears: the signals of https://healthchecks.io/docs/http_api/.
package enum HeartbeatPing: Sendable, Hashable {
    case start
    case success
    case failure
    /// A program's exit code, 1 to 255.
    case exitStatus(Int)

    /// The ping that follows from a change of a run's row.
    /// - Parameters:
    ///   - state: where the run was before; nil for a new row.
    ///   - isProgram: whether the exit code is the run's result, and not that of a worker.
    /// - Returns: nil when nothing is told. A run is one start and one end, however many attempts it has; a dry run did no work
    ///   and tells nothing, nor does a run that was given up before it began.
    package static func due(for run: Run, from state: RunState?, isProgram: Bool) -> HeartbeatPing? {
        guard !run.dryRun, state != run.state else { return nil }
        switch run.state {
        case .due, .starting, .retrying: return nil
        case .running: return run.attempt == 1 ? .start : nil
        case .succeeded, .warning: return .success
        case .failed:
            guard isProgram, let code = run.ending?.exitCode, (1...255).contains(code) else { return .failure }
            return .exitStatus(code)
        case .timedOut, .interrupted: return .failure
        case .cancelled: return run.startedAt == nil ? nil : .failure
        }
    }

    /// What is put behind the address, with the slash.
    package var suffix: String {
        switch self {
        case .start: "/start"
        case .success: ""
        case .failure: "/fail"
        case .exitStatus(let code): "/\(code)"
        }
    }
}
