package import ControlClient
import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix

/// The TCP side of a daemon, for monitors: health and metrics, nothing that changes anything.
package struct Listener: Sendable {
    /// What one connection, and all of them together, may take.
    package struct Bounds: Sendable {
        /// Connections at once; those beyond it wait to be taken.
        package var connections = 32
        /// How long a connection may wait for a request, or for the rest of one's head.
        package var idle = Duration.seconds(5)
        /// How long a connection may last after the head of its last request.
        package var request = Duration.seconds(20)
        /// Bytes of one header field, and of all of them.
        package var headerField = 4096
        package var headers = 16_384
        /// Header fields.
        package var headerCount = 64

        package init() {}
    }

    private let host: String
    private let port: Int
    private let observed: any Observed
    private let isLoopback: Bool
    private let tellsDetails: Bool
    private let bounds: Bounds
    private let thread: SpareThread
    private let log: Logger

    /// - Parameters:
    ///   - host: an address in digits.
    ///   - port: 0 for one that the kernel chooses.
    ///   - isLoopback: whether only this machine can connect.
    ///   - tellsDetails: whether whoever can connect is told of jobs one by one.
    ///   - thread: where it is answered: also while everything else in the program waits.
    package init(
        host: String, port: Int, observed: any Observed, isLoopback: Bool, tellsDetails: Bool, bounds: Bounds = Bounds(),
        thread: SpareThread = SpareThread("listener"), log: Logger
    ) {
        self.host = host
        self.port = port
        self.observed = observed
        self.isLoopback = isLoopback
        self.tellsDetails = tellsDetails
        self.bounds = bounds
        self.thread = thread
        self.log = log
    }

    /// Serves until its task is cancelled; answers that are under way break off then.
    /// - Parameter ready: called with the port when it can be asked.
    /// - Throws: when the address cannot be had.
    package func run(ready: @escaping @Sendable (Int) -> Void) async throws(ControlFailure) {
        let open = OpenConnections()
        let port = port
        let server = Server(
            childChannelSetup: channel(open),
            configuration: ServerConfiguration(
                address: .hostname(host, port: port), availableConnectionsDelegate: MaximumAvailableConnections(bounds.connections)),
            onServerRunning: { ready($0.localAddress?.port ?? port) }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            // What the server says of connections that end is for nobody; what fails in a request is logged here.
            logger: Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() })
        do {
            try await Serving(server: server, open: open, name: "the listener", log: log, executor: thread).run()
        } catch {
            throw Self.failure(error)
        }
    }

    private func channel(_ open: OpenConnections) -> HTTP1Channel {
        let responder = ListenerRoutes(observed: observed, isLoopback: isLoopback, tellsDetails: tellsDetails).router().buildResponder()
        let (log, limit) = (log, TimeAmount(bounds.request))
        return HTTP1Channel(
            responder: { request, writer, channel in
                channel.triggerUserOutboundEvent(RequestBegan(), promise: nil)
                let context = BasicRequestContext(source: ApplicationRequestContextSource(channel: channel, logger: log))
                let response =
                    if let refusal = ListenerRoutes.refusalOfHosts(request) { refusal } else {
                        await responder.answer(to: request, context: context)
                    }
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [CountedConnection(open), RequestDeadline(limit)], idleTimeout: TimeAmount(bounds.idle),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: bounds.headerField, maxHeaderListSize: bounds.headers, maxHeaderFieldCount: bounds.headerCount)))
    }

    private static func failure(_ error: any Error) -> ControlFailure {
        guard let error = error as? IOError else { return ControlFailure("\(error)", fix: "see the daemon's log") }
        return switch error.errnoCode {
        case EADDRINUSE:
            ControlFailure(
                "another program has this address", fix: "end it (ss -ltnp shows it), or set another port with listen: in acore-sched.yaml")
        case EADDRNOTAVAIL:
            ControlFailure("this machine has no such address", fix: "set one that it has with listen: in acore-sched.yaml")
        case EACCES:
            ControlFailure("this user may not have ports below 1024", fix: "set a higher port with listen: in acore-sched.yaml")
        default:
            ControlFailure(String(cString: strerror(error.errnoCode)), fix: "set another address with listen: in acore-sched.yaml")
        }
    }
}

/// Lets the server close a connection at its end.
private final class CountedConnection: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let open: OpenConnections

    init(_ open: OpenConnections) { self.open = open }

    func handlerAdded(context: ChannelHandlerContext) {
        let (open, channel) = (open, context.channel)
        guard open.add(channel) else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in open.remove(channel) }
    }
}
