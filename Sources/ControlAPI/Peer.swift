import CLinux
import NIOCore

/// Who asks: the process at the other end of the connection when it was made, as the kernel names it.
package struct Peer: Sendable, Hashable {
    package let uid: UInt32
    package let gid: UInt32
    /// For people; the number may belong to another process by now.
    package let pid: Int32

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }

    /// - Returns: nil for a connection that is not over a Unix socket.
    static func of(_ channel: any Channel) async throws -> Peer? {
        guard let socket = channel as? any SocketOptionProvider else { return nil }
        let found: linux_peer = try await socket.unsafeGetSocketOption(level: .socket, name: .init(rawValue: LINUX_SO_PEERCRED)).get()
        return Peer(uid: found.uid, gid: found.gid, pid: found.pid)
    }
}
