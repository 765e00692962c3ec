/// The host that a request names.
enum HostName {
    /// Whether it is this machine by an address or a name that nobody else can give: the loopback addresses, and `localhost`.
    static func isLocal(_ authority: String) -> Bool {
        let text = authority.lowercased()
        if text.hasPrefix("[") { return withoutPort(text, after: "[::1]") }
        if withoutPort(text, after: "localhost") { return true }
        let address = text.prefix { $0 != ":" }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "127", parts.allSatisfy({ isNumber($0, upTo: 255) }) else { return false }
        return withoutPort(text, after: String(address))
    }

    /// In digits alone: the initialisers of numbers take signs, too.
    private static func isNumber(_ text: Substring, upTo bound: Int) -> Bool {
        guard text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return false }
        return Int(text).map { $0 <= bound } ?? false
    }

    private static func withoutPort(_ text: String, after host: String) -> Bool {
        guard text.hasPrefix(host) else { return false }
        let rest = text.dropFirst(host.count)
        return rest.isEmpty || (rest.first == ":" && isNumber(rest.dropFirst(), upTo: 65_535))
    }
}
