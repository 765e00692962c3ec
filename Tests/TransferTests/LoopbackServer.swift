import Foundation
import Glibc
import Synchronization
import Testing

/// A server on loopback, or on a Unix socket, that answers each connection by a closure on a thread of its own.
final class LoopbackServer: Sendable {
    /// One connection: what came, and the way back.
    struct Connection {
        let descriptor: Int32

        /// Reads the head of a request and the body that its Content-Length names.
        func request() -> String {
            var text = ""
            while true {
                if LoopbackServer.isWhole(text) { return text }
                var bytes = [UInt8](repeating: 0, count: 65_536)
                let count = read(descriptor, &bytes, bytes.count)
                guard count > 0 else { return text }
                text += String(decoding: bytes[..<count], as: UTF8.self)
            }
        }

        func answer(_ text: String) { _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) } }

        /// Waits until the other side goes.
        func waitForHangUp() {
            var byte: UInt8 = 0
            while read(descriptor, &byte, 1) > 0 {}
        }
    }

    /// Whether a request has as much body as it says.
    static func isWhole(_ request: String) -> Bool {
        guard let end = request.firstRange(of: "\r\n\r\n") else { return false }
        let length = request.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let wanted = length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        return request[end.upperBound...].utf8.count >= wanted
    }

    private let listener: Int32
    let port: UInt16
    let path: String?

    /// - Parameters:
    ///   - path: of a Unix socket; nil listens on 127.0.0.1.
    ///   - port: of 127.0.0.1; 0 is any that is free.
    init(path: String? = nil, port: UInt16 = 0, answering: @escaping @Sendable (Connection) -> Void) throws {
        self.path = path
        listener = socket(path == nil ? AF_INET : AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(try Self.bind(listener, to: path, port) == 0, "cannot bind: \(errno)")
        try #require(listen(listener, 16) == 0)
        self.port = Self.port(of: listener)
        let listener = listener
        Thread.detachNewThread {
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                Thread.detachNewThread {
                    answering(Connection(descriptor: descriptor))
                    close(descriptor)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        if let path { unlink(path) }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    private static func bind(_ listener: Int32, to path: String?, _ port: UInt16) throws -> Int32 {
        guard let path else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var yes: Int32 = 1
            setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private static func port(of listener: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
