import NIOCore
import Synchronization

/// Connections that have not asked for anything yet. Whoever opens many of them, and says nothing, keeps nobody else from being answered.
final class SilentConnections: Sendable {
    private struct State {
        var count = 0
        /// The longest silent first.
        var silent: [any Channel] = []
    }

    private let bound: Int
    private let state = Mutex(State())

    /// - Parameter bound: connections at once; the server takes no further one then.
    init(bound: Int) { self.bound = bound }

    /// Counts a connection from here to its end. Where it takes the last place, the one that has been silent for the longest time has to go.
    func add(_ channel: any Channel) {
        let leaving = state.withLock { state -> (any Channel)? in
            state.count += 1
            let oldest = state.count >= bound ? state.silent.first : nil
            if oldest != nil { state.silent.removeFirst() }
            state.silent.append(channel)
            return oldest
        }
        leaving?.close(promise: nil)
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in
                state.count -= 1
                state.silent.removeAll { $0 === channel }
            }
        }
    }

    /// It has asked, and stays as long as any.
    func hasAsked(_ channel: any Channel) { state.withLock { state in state.silent.removeAll { $0 === channel } } }
}
