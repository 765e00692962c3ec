/// A host and a port, as in `tcp://db.example:5432` and `[::1]:6379`.
struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: UInt16

    /// - Parameter standard: the port where none is written.
    /// - Returns: nil when it is no such text.
    init?(_ text: some StringProtocol, standard: UInt16? = nil) {
        var host = Substring(text)
        var port = standard.map(Int.init)
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            if rest.hasPrefix(":") { port = Int(rest.dropFirst()) } else if !rest.isEmpty { return nil }
        } else if let colon = host.lastIndex(of: ":") {
            port = Int(host[host.index(after: colon)...])
            host = host[..<colon]
            if host.contains(":") { return nil }
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || "/?#@".contains($0) }), let port, 1...65_535 ~= port else {
            return nil
        }
        self.host = String(host)
        self.port = UInt16(port)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
