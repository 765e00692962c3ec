import CLinux
import Glibc

/// Asks one name server directly, so that its own words are heard: the system's lookup tells a failed server and a silent one not apart.
struct NameServer: Sendable, Hashable {
    enum Failure: Error, Sendable, Hashable {
        case timedOut
        case other(String)
    }

    /// How often a question is sent: packets get lost.
    private static let attempts = 2

    let endpoint: Endpoint

    /// The servers of `resolv.conf`, at most three, as the system takes them.
    static func ofSystem(root: String) -> [NameServer] {
        let content = Result { () throws(ReadError) in try SmallFile.text("\(root)/etc/resolv.conf") }
        guard case .success(let text) = content else { return [] }
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count > 1, words[0] == "nameserver", AddressText.canonical(String(words[1])) != nil else { return nil }
            return Endpoint(words[1].contains(":") ? "[\(words[1])]" : String(words[1]), standard: 53).map(NameServer.init)
        }.prefix(3).map(\.self)
    }

    func ask(_ name: String, _ kind: DNSMessage.Kind, until deadline: ContinuousClock.Instant) throws(Failure) -> DNSMessage {
        var id: UInt16 = 0
        _ = withUnsafeMutableBytes(of: &id) { linux_getrandom($0.baseAddress, $0.count, 0) }
        guard let question = DNSMessage.question(name, kind, id: id) else { throw .other("\(name) cannot be a name") }
        let address: SocketAddress?
        do throws(NameLookup.Failure) {
            address = try NameLookup.addresses(of: endpoint.host, port: endpoint.port, until: deadline).get().first
        } catch {
            throw .other("\(endpoint.host): \(error.words)")
        }
        guard let address else { throw .other("\(endpoint.host) has no address") }
        return try exchange(question, with: address, until: deadline)
    }

    private func exchange(
        _ question: [UInt8], with address: SocketAddress, until deadline: ContinuousClock.Instant
    ) throws(Failure) -> DNSMessage {
        let descriptor = socket(address.family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw .other(Self.text(errno)) }
        defer { close(descriptor) }
        // Connected: answers of others are not taken.
        guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 else { throw .other(Self.text(errno)) }
        for attempt in 0..<Self.attempts {
            guard send(descriptor, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else { throw .other(Self.text(errno)) }
            let left = ContinuousClock.now.duration(to: deadline)
            let end = ContinuousClock.now + left / (Self.attempts - attempt)
            if let message = try answer(to: question, on: descriptor, until: end) { return message }
        }
        throw .timedOut
    }

    /// - Returns: nil when none comes in time.
    private func answer(to question: [UInt8], on descriptor: Int32, until end: ContinuousClock.Instant) throws(Failure) -> DNSMessage? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            guard left > 0 else { return nil }
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, Int32(min(left.rounded(.up), 1e9))) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0, let message = DNSMessage(Array(buffer[..<count]), answering: question) { return message }
            if count < 0, errno != EAGAIN, errno != EINTR { throw .other(Self.text(errno)) }
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
