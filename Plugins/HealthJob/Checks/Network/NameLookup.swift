import Dispatch
import Glibc

/// Finds the addresses of a host as every program of the machine does: by files, DNS and whatever else is set up.
enum NameLookup {
    enum Failure: Error, Sendable, Hashable {
        /// There is no such name.
        case noSuchName
        /// The name is there, but has no address.
        case noAddress
        /// A server failed, or none answered: the system does not tell which.
        case temporary
        /// No answer within the time.
        case timedOut
        case other(String)

        var words: String {
            switch self {
            case .noSuchName: "there is no such name"
            case .noAddress: "the name has no address"
            case .temporary: "no server could answer for now"
            case .timedOut: "no answer in time"
            case .other(let reason): reason
            }
        }
    }

    /// Looks up on a thread of its own, which is left behind when the time is up: the call cannot be ended.
    static func addresses(of host: String, port: UInt16, until deadline: ContinuousClock.Instant) -> Result<[SocketAddress], Failure> {
        guard let call = BoundedCall.begin({ look(host, port) }) else { return .failure(.other("there can be no further thread")) }
        return call.value(until: .after(max(.zero, ContinuousClock.now.duration(to: deadline)))) ?? .failure(.timedOut)
    }

    private static func look(_ host: String, _ port: UInt16) -> Result<[SocketAddress], Failure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        switch code {
        case 0: break
        case EAI_NONAME: return .failure(.noSuchName)
        // EAI_NODATA and EAI_ADDRFAMILY, which glibc shows under _GNU_SOURCE only.
        case -5, -9: return .failure(.noAddress)
        case EAI_AGAIN: return .failure(.temporary)
        case EAI_SYSTEM: return .failure(.other(String(cString: strerror(errno))))
        case _: return .failure(.other(String(cString: gai_strerror(code))))
        }
        var addresses: [SocketAddress] = []
        var entry = list
        while let found = entry?.pointee {
            if let address = SocketAddress(found), !addresses.contains(address) { addresses.append(address) }
            entry = found.ai_next
        }
        return addresses.isEmpty ? .failure(.noAddress) : .success(addresses)
    }
}
