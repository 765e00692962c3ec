import CLinux
import NIOCore
import Synchronization

/// The connections of a server, so that all can be closed at its end.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Closes all, and each that comes afterwards.
    func close() {
        let channels = state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// - Returns: whether it may stay.
    func add(_ channel: any Channel) -> Bool {
        state.withLock { state in
            if !state.isClosed { state.channels[ObjectIdentifier(channel)] = channel }
            return !state.isClosed
        }
    }

    func remove(_ channel: any Channel) {
        _ = state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}

/// Counts a connection from its start to its end, and closes it when its user has too many, or the server ends.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let quota: PeerQuota
    private let open: OpenConnections

    init(_ quota: PeerQuota, _ open: OpenConnections) {
        self.quota = quota
        self.open = open
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let (quota, open, channel) = (quota, open, context.channel)
        guard open.add(channel) else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in open.remove(channel) }
        guard let socket = channel as? any SocketOptionProvider else { return }
        let asked: EventLoopFuture<linux_peer> = socket.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: LINUX_SO_PEERCRED))
        asked.whenSuccess { peer in
            guard quota.take(peer.uid) else { return channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in quota.release(peer.uid) }
        }
    }
}
