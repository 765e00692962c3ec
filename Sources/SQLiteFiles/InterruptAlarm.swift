import CSQLite
import Dispatch
import Synchronization

/// Interrupts what a connection does when its time is up: one step of a check may take long, and asks nobody in between.
final class InterruptAlarm: Sendable {
    private struct State {
        // sqlite3_interrupt may be called from any thread as long as the connection is open: it is called under the lock under
        // which the handle is withdrawn.
        nonisolated(unsafe) var handle: OpaquePointer?
    }

    /// From one interruption to the next: one that comes between two statements is lost.
    private static let pace: Duration = .milliseconds(50)

    private let state = Mutex(State())

    /// - Parameter time: until it rings; from then on it rings until it goes.
    init(after time: Duration) { set(to: time) }

    private func set(to time: Duration) {
        let seconds = max(0, time / .seconds(1))
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in self?.ring() }
    }

    func watch(_ handle: OpaquePointer?) {
        nonisolated(unsafe) let handle = handle
        state.withLock { $0.handle = handle }
    }

    private func ring() {
        state.withLock { state in
            if let handle = state.handle { sqlite3_interrupt(handle) }
        }
        set(to: Self.pace)
    }
}
