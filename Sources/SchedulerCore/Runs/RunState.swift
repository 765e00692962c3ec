/// Where a run is in its life. Every change goes through ``after(_:)``, so that no other change can happen.
package enum RunState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Claimed, nothing started yet.
    case due
    /// Its launcher is being started.
    case starting
    /// Its worker runs.
    case running
    case succeeded
    case warning
    case failed
    case timedOut = "timed_out"
    case cancelled
    /// Its launcher vanished without a record: power cut, kill -9.
    case interrupted
    /// Waits for its next attempt.
    case retrying

    /// What can happen to a run.
    package enum Event: Sendable, Hashable, CaseIterable {
        /// The daemon starts a launcher.
        case start
        /// The launcher runs.
        case started
        /// The start was claimed, but no launcher ever ran; it is started anew.
        case neverStarted
        case succeeded
        case warned
        case failed
        case timedOut
        /// It was stopped because somebody, or the overlap policy, wanted so.
        case cancelled
        case vanished
        /// Policy grants another attempt.
        case retry
        /// The pause before that attempt is over.
        case retryDue
    }

    /// Whether nothing can happen to the run any more but a retry.
    package var isEnded: Bool {
        switch self {
        case .succeeded, .warning, .failed, .timedOut, .cancelled, .interrupted: true
        case .due, .starting, .running, .retrying: false
        }
    }

    /// Whether a process may be alive on the run's behalf.
    package var isLive: Bool {
        switch self {
        case .starting, .running: true
        case .due, .retrying, .succeeded, .warning, .failed, .timedOut, .cancelled, .interrupted: false
        }
    }

    /// The state after `event`.
    /// - Returns: nil when the event cannot happen in this state.
    package func after(_ event: Event) -> RunState? {
        switch self {
        case .due: afterDue(event)
        case .starting: event == .started ? .running : (event == .neverStarted ? .due : Self.end(by: event))
        case .running: Self.end(by: event)
        case .failed, .timedOut, .interrupted: event == .retry ? .retrying : nil
        case .retrying: event == .retryDue ? .due : (event == .cancelled ? .cancelled : nil)
        case .succeeded, .warning, .cancelled: nil
        }
    }

    private func afterDue(_ event: Event) -> RunState? {
        switch event {
        case .start: .starting
        case .cancelled: .cancelled
        // A start that the operating system refuses (no process, no room) ends the run before a launcher ran.
        case .failed: .failed
        case .started, .neverStarted, .succeeded, .warned, .timedOut, .vanished, .retry, .retryDue: nil
        }
    }

    private static func end(by event: Event) -> RunState? {
        switch event {
        case .succeeded: .succeeded
        case .warned: .warning
        case .failed: .failed
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .vanished: .interrupted
        case .start, .started, .neverStarted, .retry, .retryDue: nil
        }
    }
}
