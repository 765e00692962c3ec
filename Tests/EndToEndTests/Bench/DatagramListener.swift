import CLinux
import Foundation
import Glibc
import Testing

/// A real datagram socket that takes what others send, as the service manager and the journal do.
final class DatagramListener: Sendable {
    /// What others are told: a path, or `@name` outside the file system.
    let address: String
    private let socket: Int32

    /// - Parameter isAbstract: whether the name is one outside the file system.
    init(isAbstract: Bool = false) throws {
        let name = "/tmp/acore-\(UUID().uuidString)"
        address = isAbstract ? "@\(name)" : name
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_un()
        place.sun_family = sa_family_t(AF_UNIX)
        let path = (isAbstract ? [0] : []) + Array(name.utf8)
        withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let result = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        try #require(result == 0, "\(errno)")
    }

    deinit {
        close(socket)
        unlink(address)
    }

    /// The next message; fails when none comes.
    func next(patience: Int32 = 60_000) throws -> [UInt8] {
        var state = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        try #require(poll(&state, 1, patience) == 1, "nothing was sent")
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = recv(socket, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// The next message as text.
    func nextText() throws -> String { String(decoding: try next(), as: UTF8.self) }

    /// Whether nothing comes for so many milliseconds.
    func isSilent(for time: Int32) -> Bool {
        var state = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, time) == 0
    }

    /// What has been sent already, without waiting.
    func waiting() throws -> [String] {
        var all: [String] = []
        var state = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        while poll(&state, 1, 0) == 1 { all.append(try nextText()) }
        return all
    }
}
