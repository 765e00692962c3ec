/// Tells web addresses that are as good as a password: with a login, a token in the path, or one in the query.
enum SecretAddress {
    /// A part of a path that is so long and mixes letters and digits was made by a machine.
    private static let tokenLength = 16

    static func isIn(_ url: String) -> Bool {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains("@") { return true }
        let behind = rest[authority.endIndex...].prefix { $0 != "#" }
        let path = behind.prefix { $0 != "?" }
        let query = behind.dropFirst(path.count + 1)
        if query.split(separator: "&").contains(where: { isSecret(item: $0) }) { return true }
        return path.split(separator: "/").contains(where: isToken)
    }

    private static func isSecret(item: Substring) -> Bool {
        let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first else { return false }
        return SecretWord.isIn(String(name)) || (parts.count > 1 && isToken(parts[1]))
    }

    private static func isToken(_ text: Substring) -> Bool {
        text.utf8.count >= tokenLength && text.contains(where: \.isNumber) && text.contains(where: \.isLetter)
    }
}
