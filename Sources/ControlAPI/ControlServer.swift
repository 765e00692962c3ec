import Foundation
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

    private let path: String
    private let group: UInt32?
    private let isForAll: Bool
    private let control: any Control
    private let log: Logger

    /// - Parameters:
    ///   - path: of the socket. What lies there is replaced: the caller holds the lock of the state directory.
    ///   - group: gets the socket, so that its members can connect; nil leaves the group as it is.
    ///   - isForAll: whether others may connect, too: a file has one group, and viewers are in others. Who they are decides what they get.
    package init(path: String, group: UInt32?, isForAll: Bool = false, control: any Control, log: Logger) {
        self.path = path
        self.group = group
        self.isForAll = isForAll
        self.control = control
        self.log = log
    }

    /// Serves until its task is cancelled; answers that are under way break off then.
    /// - Parameter ready: called when the socket can be asked.
    package func run(ready: @escaping @Sendable () -> Void) async throws {
        let responder = ControlRoutes(control: control).router().buildResponder()
        // What the server says of connections that end is for nobody; what fails in a request is logged here.
        let silent = Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }
        let server = try HTTPServerBuilder.http1(configuration: .init(additionalChannelHandlers: [HangUpHandler()])).buildServer(
            configuration: ServerConfiguration(
                address: .unixDomainSocket(path: path), availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionBound)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: silent
        ) { request, writer, channel in
            let context = ControlContext(source: .init(logger: log, peer: try await Peer.of(channel), hangUp: channel.closeFuture))
            let response = await Self.response(to: request, context: context, by: responder)
            try await writer.write(response: response.head, body: response.body)
        } onServerRunning: { _ in
            open()
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

    /// Who may connect; what each caller may do follows from whom the kernel names, per connection.
    private func open() {
        if let group, chown(path, .max, group) != 0 {
            log.warning("\(path) cannot be given to its group: \(String(cString: strerror(errno)))")
        }
        if chmod(path, isForAll ? 0o666 : 0o660) != 0 {
            log.warning("the mode of \(path) cannot be set: \(String(cString: strerror(errno)))")
        }
    }
}
