import CCurl
import Synchronization

/// Ends an exchange from another thread, also before it has begun.
final class StopHandle: Sendable {
    private struct State {
        var isStopped = false
        // curl_multi_wakeup is the one call on a handle that any thread may make; it is made under the lock, which its owner
        // takes to withdraw the handle.
        nonisolated(unsafe) var multi: UnsafeMutableRawPointer?
    }

    private let state = Mutex(State())

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            if let multi = state.multi { curl_multi_wakeup(multi) }
        }
    }

    func watch(_ multi: UnsafeMutableRawPointer?) {
        nonisolated(unsafe) let multi = multi
        state.withLock { $0.multi = multi }
    }
}
