import Glibc

/// Where the daemon listens for monitors: an address in digits and a port.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// In digits, without brackets.
    package let host: String
    package let port: Int

    /// Why text is no such address.
    package struct Complaint: Error, Sendable, Hashable {
        package let problem: String
        package let fix: String
    }

    /// Reads `127.0.0.1:9180` or `[::1]:9180`. Names are refused: what they lead to is another's to say, and may change.
    package init(_ text: String) throws(Complaint) {
        guard let colon = text.lastIndex(of: ":") else {
            throw Complaint(problem: "\(text) has no port", fix: Self.example)
        }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let port = UInt16(digits), port > 0 else {
            throw Complaint(problem: "\(text) does not end in a port from 1 to 65535", fix: Self.example)
        }
        let address = text[..<colon]
        let isBracketed = address.hasPrefix("[") && address.hasSuffix("]")
        let host = String(isBracketed ? address.dropFirst().dropLast() : address)
        guard Self.isAddress(host, family: isBracketed ? AF_INET6 : AF_INET) else {
            throw Complaint(
                problem: Self.isAddress(host, family: AF_INET6)
                    ? "the address of \(text) has colons and no brackets" : "\(text) does not begin with an address in digits",
                fix: Self.isAddress(host, family: AF_INET6) ? "write \"[\(host)]:\(port)\"" : Self.example)
        }
        self.host = host
        self.port = Int(port)
    }

    private static let example = "write for example 127.0.0.1:9180 or \"[::1]:9180\""

    /// Whether only this machine can connect.
    package var isLoopback: Bool { host.hasPrefix("127.") || Self.bytes(of: host) == Self.bytes(of: "::1") }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func isAddress(_ text: String, family: Int32) -> Bool {
        var room = in6_addr()
        return inet_pton(family, text, &room) == 1
    }

    /// The sixteen bytes of an address of version 6; empty for any other text.
    private static func bytes(of text: String) -> [UInt8] {
        var room = in6_addr()
        guard inet_pton(AF_INET6, text, &room) == 1 else { return [] }
        return withUnsafeBytes(of: room, Array.init)
    }
}
