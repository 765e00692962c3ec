/// Takes user and password out of addresses: `https://user:password@host`.
///
/// A `/`, `?` or `#` in a password should be written in another way, and is not always.
enum LoginMask {
    private static let mark = "://"

    static func masked(_ text: String) -> String {
        var shown = ""
        var rest = text[...]
        while let start = rest.firstRange(of: mark) {
            shown += rest[..<start.upperBound]
            rest = rest[start.upperBound...]
            let address = rest.prefix { !$0.isWhitespace && !"\"'`<>".contains($0) }
            guard let end = loginEnd(of: address) else { continue }
            shown += Redaction.mask
            rest = rest[end...]
        }
        return shown + rest
    }

    /// Where the `@` behind the login is.
    private static func loginEnd(of address: Substring) -> String.Index? {
        let authority = address.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let colon = authority.firstIndex(of: ":") else { return authority.lastIndex(of: "@") }
        let isPort = authority[authority.index(after: colon)...].allSatisfy(\.isNumber)
        // Behind a port an `@` of the query is no end of a login. Else too much is taken out rather than too little.
        let reach = isPort ? address.prefix { $0 != "?" && $0 != "#" } : address
        return reach.lastIndex(of: "@")
    }
}
