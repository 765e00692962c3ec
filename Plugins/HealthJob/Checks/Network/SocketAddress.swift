import Glibc

/// An address of a socket, in the kernel's form.
struct SocketAddress: Sendable, Hashable {
    let family: Int32
    private let bytes: [UInt8]

    init?(_ found: addrinfo) {
        guard let address = found.ai_addr, found.ai_family == AF_INET || found.ai_family == AF_INET6 else { return nil }
        family = found.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(found.ai_addrlen)))
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result? {
        bytes.withUnsafeBytes { raw in
            raw.baseAddress.map { body($0.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count)) }
        }
    }

    /// The address alone, as people write it.
    var text: String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = withPointer { getnameinfo($0, $1, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) }
        guard code == 0 else { return "?" }
        return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
