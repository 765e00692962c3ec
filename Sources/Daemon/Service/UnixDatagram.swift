import CLinux
import Glibc

/// A datagram socket that talks to one address of the Unix domain.
///
/// Nothing is connected: the other side may come and go, as the journal does.
final class UnixDatagram: Sendable {
    private let socket: Int32
    private let path: [UInt8]

    /// - Parameters:
    ///   - address: a path, or a name that begins with `@` for one outside the file system.
    ///   - patience: how long a message may wait for room at the other side.
    /// - Returns: nil when the address is none, or no socket is left.
    init?(address: String, patience: Duration) {
        var path = Array(address.utf8)
        guard let first = path.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), path.count > 1 else { return nil }
        guard path.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        if first == UInt8(ascii: "@") { path[0] = 0 }
        self.path = path
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        let (seconds, attoseconds) = patience.components
        var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { if socket >= 0 { close(socket) } }

    /// - Returns: 0, or the number of the error.
    func send(_ bytes: [UInt8]) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        // Names outside the file system are as long as said: nothing may follow them.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count + (path[0] == 0 ? 0 : 1))
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                while sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), target, length) < 0 {
                    if errno != EINTR { return errno }
                }
                return 0
            }
        }
    }
}
