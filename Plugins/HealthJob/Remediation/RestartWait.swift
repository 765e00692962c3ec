import Processes
import Synchronization

/// Waits for a restart on a thread of its own, and no longer than anybody wants to know of it.
final class RestartWait: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<UnitRestart.Outcome, Never>)
        case over(UnitRestart.Outcome)
    }

    private let state = Mutex(State.open)

    /// What came of it.
    /// - Parameter abandoned: stands for it when the task is cancelled meanwhile.
    static func outcome(
        abandoned: UnitRestart.Outcome, noThread: UnitRestart.Outcome, of work: @escaping @Sendable () -> UnitRestart.Outcome
    ) async -> UnitRestart.Outcome {
        let wait = RestartWait()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Who is stopped already begins nothing.
                guard wait.begin(continuation) else { return }
                if !OwnThread.start({ wait.end(work()) }) { wait.end(noThread) }
            }
        } onCancel: {
            wait.end(abandoned)
        }
    }

    private func begin(_ continuation: CheckedContinuation<UnitRestart.Outcome, Never>) -> Bool {
        let early: UnitRestart.Outcome? = state.withLock { state in
            if case .over(let outcome) = state { return outcome }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
        return early == nil
    }

    /// The first end counts.
    private func end(_ outcome: UnitRestart.Outcome) {
        let waiting: CheckedContinuation<UnitRestart.Outcome, Never>? = state.withLock { state in
            defer { if case .over = state {} else { state = .over(outcome) } }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(returning: outcome)
    }
}
