import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The control socket: HTTP over a Unix socket, one request after another on each connection.
///
/// HummingbirdCore's server with Hummingbird's router, without its application, whose clock for date headers ticks each second.
package struct ControlServer: Sendable {
    /// Connections at once; those beyond it wait.
    package static let connectionBound = 200

    private let path: String
    private let access: SocketAccess
    private let control: any Control
    private let log: Logger
    private let quota: PeerQuota
    private let idleTimeout: Duration

    /// - Parameters:
    ///   - path: of the socket. What lies there is replaced: the caller holds the lock of the state directory.
    ///   - access: who may connect. What each caller may do follows from whom the kernel names, per connection.
    ///   - quota: how many connections each user may hold.
    ///   - idleTimeout: how long a connection may wait for a request, or for the rest of one's head.
    package init(
        path: String, access: SocketAccess, control: any Control, log: Logger, quota: PeerQuota, idleTimeout: Duration = .seconds(30)
    ) {
        self.path = path
        self.access = access
        self.control = control
        self.log = log
        self.quota = quota
        self.idleTimeout = idleTimeout
    }

    /// Serves until its task is cancelled; answers that are under way break off then.
    /// - Parameter ready: called when the socket can be asked.
    package func run(ready: @escaping @Sendable () -> Void) async throws {
        let responder = ControlRoutes(control: control).router().buildResponder()
        // What the server says of connections that end is for nobody; what fails in a request is logged here.
        let silent = Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }
        let (quota, open) = (quota, OpenConnections())
        let connections = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionHandler(quota, open), HangUpHandler()], idleTimeout: TimeAmount(idleTimeout))
        let channel = HTTP1Channel(
            responder: { request, writer, channel in
                let context = ControlContext(source: .init(logger: log, peer: try await Peer.of(channel), hangUp: channel.closeFuture))
                let response = await responder.answer(to: request, context: context)
                try await writer.write(response: response.head, body: response.body)
            }, configuration: connections)
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .unixDomainSocket(path: path), availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionBound)),
            onServerRunning: { _ in
                for problem in access.apply(to: path) { log.warning("\(problem)") }
                ready()
            }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: silent)
        try await Serving(server: server, open: open, name: "the control socket", log: log).run()
    }
}
