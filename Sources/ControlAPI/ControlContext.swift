import Hummingbird
import Logging

/// What the routes know of a request besides its words.
struct ControlContext: RequestContext {
    /// Where a context comes from.
    struct Origin: RequestContextSource {
        let logger: Logger
        let peer: Peer?
    }

    typealias Source = Origin

    var coreContext: CoreRequestContextStorage
    let peer: Peer?

    init(source: Origin) {
        coreContext = .init(source: source)
        peer = source.peer
    }
}
