import Dispatch
import Glibc
import Testing

/// A connection to a listener on this machine, spoken by hand.
final class TCPConnection: Sendable {
    let descriptor: Int32

    /// - Parameter room: bytes that the kernel keeps of what is not read; nil for its own choice.
    init(port: Int, version6: Bool = false, room: Int32? = nil) throws {
        descriptor = socket(version6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if var room { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, 4) }
        let connected = version6 ? Self.connect6(descriptor, port) : Self.connect4(descriptor, port)
        try #require(connected == 0, "cannot connect to port \(port): \(errno)")
    }

    deinit { close(descriptor) }

    private static func connect4(_ descriptor: Int32, _ port: Int) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func connect6(_ descriptor: Int32, _ port: Int) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(port).bigEndian
        inet_pton(AF_INET6, "::1", &address.sin6_addr)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
        }
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Waits until there is something to read, or the other side has closed.
    func isReadable(within milliseconds: Int32) async -> Bool {
        await Self.offThread {
            var ready = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&ready, 1, milliseconds) == 1
        }
    }

    /// Everything up to the other side's close; what came until then if it never closes.
    func rest(within milliseconds: Int32 = 20_000) async -> (text: String, isClosed: Bool) {
        await Self.offThread {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var ready = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
            while poll(&ready, 1, milliseconds) == 1 {
                let count = recv(self.descriptor, &buffer, buffer.count, 0)
                // A reset is a close, too.
                if count <= 0 { return (String(decoding: all, as: UTF8.self), true) }
                all += buffer.prefix(count)
            }
            return (String(decoding: all, as: UTF8.self), false)
        }
    }

    /// Asks, and reads the answer to its end.
    func ask(_ method: String, _ path: String, _ headers: String...) async -> Answer {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1"] + headers + ["Connection: close", "", ""]
        send(lines.joined(separator: "\r\n"))
        return Answer(await rest().text)
    }

    /// The server needs the threads of tasks meanwhile.
    private static func offThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in DispatchQueue.global().async { continuation.resume(returning: body()) } }
    }

    /// An answer in its parts.
    struct Answer: Sendable {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: String

        init(_ text: String) {
            let bytes = Array(text.utf8)
            let end = bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) } ?? bytes.count
            let lines = String(decoding: bytes[..<end], as: UTF8.self).replacing("\r\n", with: "\n").split(separator: "\n")
            status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = Dictionary(
                lines.dropFirst().compactMap { line in
                    line.firstIndex(of: ":").map {
                        (line[..<$0].lowercased(), line[line.index(after: $0)...].drop { $0 == " " }.description)
                    }
                }, uniquingKeysWith: { first, _ in first })
            body = String(decoding: bytes.dropFirst(end + 4), as: UTF8.self)
        }
    }
}
