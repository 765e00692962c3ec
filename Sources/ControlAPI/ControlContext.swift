import ControlClient
import Hummingbird
import Logging
import NIOCore

/// What the routes know of a request besides its words.
struct ControlContext: RequestContext {
    /// Where a context comes from.
    struct Origin: RequestContextSource {
        let logger: Logger
        let peer: Peer?
        /// Completes when the connection closes.
        let hangUp: EventLoopFuture<Void>
    }

    typealias Source = Origin

    var coreContext: CoreRequestContextStorage
    let peer: Peer?
    let hangUp: EventLoopFuture<Void>

    init(source: Origin) {
        coreContext = .init(source: source)
        peer = source.peer
        hangUp = source.hangUp
    }

    /// Waits for an answer that may be hours away; whoever hangs up ends the wait.
    func whileConnected<Answer: Sendable>(
        _ body: @escaping @Sendable () async throws(ControlFailure) -> Answer
    ) async throws(ControlFailure) -> Answer {
        let waiting = Task { () async -> Result<Answer, ControlFailure> in
            do throws(ControlFailure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        hangUp.whenComplete { _ in waiting.cancel() }
        return try await withTaskCancellationHandler {
            await waiting.value
        } onCancel: {
            waiting.cancel()
        }.get()
    }
}
