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
}
