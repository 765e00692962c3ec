/// An address as settings have it: `scheme://host:port/path`.
struct NetworkAddress: Sendable, Hashable {
    let text: String
    let scheme: String
    /// Between `://` and the path, without a user before it.
    let place: String
    /// Whether there is a user, and with it a password, in it.
    let hasUser: Bool

    /// nil when there is no scheme or no host.
    init?(_ text: String) {
        guard let mark = text.firstRange(of: "://") else { return nil }
        scheme = text[..<mark.lowerBound].lowercased()
        let authority = text[mark.upperBound...].prefix { !"/?#".contains($0) }
        let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
        guard let place = parts.last, !place.isEmpty, !scheme.isEmpty else { return nil }
        self.text = text
        self.place = String(place)
        hasUser = parts.count > 1
    }

    /// The host, and the port or the scheme's own.
    var endpoint: Endpoint? {
        let standard: UInt16? =
            switch scheme {
            case "http": 80
            case "https": 443
            case "redis": 6379
            case _: nil
            }
        return Endpoint(place, standard: standard)
    }
}
