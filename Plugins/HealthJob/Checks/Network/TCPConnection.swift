import CLinux
import Glibc

/// A connection that never waits longer than until its deadline; closed when it goes.
final class TCPConnection {
    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant
    private var received: [UInt8] = []
    let times: ConnectTimes

    init(to endpoint: Endpoint, until deadline: ContinuousClock.Instant) throws(ConnectFailure) {
        let start = ContinuousClock.now
        let addresses: [SocketAddress]
        do throws(NameLookup.Failure) {
            addresses = try NameLookup.addresses(of: endpoint.host, port: endpoint.port, until: deadline).get()
        } catch {
            throw ConnectFailure(stage: .dns, description: "\(endpoint.host) is not found: \(error.words)")
        }
        let found = ContinuousClock.now
        descriptor = try Self.connect(to: addresses, of: endpoint, until: deadline)
        self.deadline = deadline
        times = ConnectTimes(lookup: start.duration(to: found), connect: found.duration(to: .now))
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(ConnectFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT)
            } else if errno != EINTR {
                throw ConnectFailure(stage: .answer, description: "nothing can be sent: \(Self.text(errno))")
            }
        }
    }

    /// The next line of the answer, without its end.
    func line(atMost bound: Int) throws(ConnectFailure) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                var line = received[..<end]
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                received.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            guard received.count < bound else { throw ConnectFailure(stage: .answer, description: "its answer has no end") }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
            } else if count == 0 {
                throw ConnectFailure(stage: .answer, description: "it hung up without an answer")
            } else if errno == EAGAIN {
                try wait(for: POLLIN)
            } else if errno != EINTR {
                throw ConnectFailure(stage: .answer, description: "no answer comes: \(Self.text(errno))")
            }
        }
    }

    private func wait(for event: Int32) throws(ConnectFailure) {
        guard Self.wait(for: event, on: descriptor, until: deadline) else {
            throw ConnectFailure(stage: .answer, description: "it did not answer in time")
        }
    }

    /// One address after the other, each with its share of the time.
    private static func connect(
        to addresses: [SocketAddress], of endpoint: Endpoint, until deadline: ContinuousClock.Instant
    ) throws(ConnectFailure) -> Int32 {
        var reason = "there is no address"
        for (index, address) in addresses.enumerated() {
            let left = ContinuousClock.now.duration(to: deadline)
            let share = ContinuousClock.now + left / (addresses.count - index)
            switch attempt(address, until: share) {
            case .success(let descriptor): return descriptor
            case .failure(let failure): reason = failure.code == ETIMEDOUT ? "no answer in time" : text(failure.code)
            }
        }
        throw ConnectFailure(stage: .tcp, description: "\(endpoint) takes no connection: \(reason)")
    }

    private struct SystemFailure: Error {
        let code: Int32
    }

    private static func attempt(_ address: SocketAddress, until deadline: ContinuousClock.Instant) -> Result<Int32, SystemFailure> {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { return .failure(SystemFailure(code: errno)) }
        let begun = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        var code = begun == 0 ? 0 : errno
        if code == EINPROGRESS {
            if wait(for: POLLOUT, on: descriptor, until: deadline) {
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            } else {
                code = ETIMEDOUT
            }
        }
        guard code != 0 else { return .success(descriptor) }
        close(descriptor)
        return .failure(SystemFailure(code: code))
    }

    private static func wait(for event: Int32, on descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard left > 0 else { return false }
            var polled = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let count = poll(&polled, 1, Int32(min(left.rounded(.up), 1e9)))
            if count > 0 { return true }
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
