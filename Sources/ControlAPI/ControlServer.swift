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
    package static let connectionBound = 100
    /// How long a connection may wait for a request, or for the rest of one's head.
    private static let idleTimeout = TimeAmount.seconds(30)

    private let path: String
    private let access: SocketAccess
    private let control: any Control
    private let log: Logger
    private let quota: PeerQuota

    /// - Parameters:
    ///   - path: of the socket. What lies there is replaced: the caller holds the lock of the state directory.
    ///   - access: who may connect. What each caller may do follows from whom the kernel names, per connection.
    ///   - quota: how many connections each user may hold.
    package init(path: String, access: SocketAccess, control: any Control, log: Logger, quota: PeerQuota) {
        self.path = path
        self.access = access
        self.control = control
        self.log = log
        self.quota = quota
    }

    /// Serves until its task is cancelled; answers that are under way break off then.
    /// - Parameter ready: called when the socket can be asked.
    package func run(ready: @escaping @Sendable () -> Void) async throws {
        let responder = ControlRoutes(control: control).router().buildResponder()
        // What the server says of connections that end is for nobody; what fails in a request is logged here.
        let silent = Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }
        let quota = quota
        let connections = HTTP1Channel.Configuration(
            additionalChannelHandlers: [QuotaHandler(quota), HangUpHandler()], idleTimeout: Self.idleTimeout)
        let server = try HTTPServerBuilder.http1(configuration: connections).buildServer(
            configuration: ServerConfiguration(
                address: .unixDomainSocket(path: path), availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionBound)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: silent
        ) { request, writer, channel in
            let context = ControlContext(source: .init(logger: log, peer: try await Peer.of(channel), hangUp: channel.closeFuture))
            let response = await Self.response(to: request, context: context, by: responder)
            try await writer.write(response: response.head, body: response.body)
        } onServerRunning: { _ in
            for problem in access.apply(to: path) { log.warning("\(problem)") }
            ready()
        }
        try await server.run()
    }

    private static func response<Responder: HTTPResponder<ControlContext>>(
        to request: Request, context: ControlContext, by responder: Responder
    ) async -> Response {
        do {
            return try await responder.respond(to: request, context: context)
        } catch let error as any HTTPResponseError {
            return Response(status: error.status)
        } catch {
            context.logger.error("a request failed: \(error)")
            return Response(status: .internalServerError)
        }
    }
}
