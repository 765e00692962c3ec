/// Tells which names stand in front of a secret: `password`, `API_KEY`, `dbPwd`.
enum SecretName {
    /// Anywhere in a name, whatever stands between its parts.
    private static let words = [
        "token", "password", "passwd", "passphrase", "passcode", "secret", "apikey", "authorization", "credential", "cookie", "session",
        "privatekey", "accesskey", "signature",
    ]
    /// As the last part alone: inside others they are ordinary, as in `monkey`.
    private static let lastParts: Set<String> = ["pass", "pwd", "pw", "key", "sig", "jwt"]
    /// Names with this last part tell of a secret, and hold none; `token.py:12` is a line of a program.
    private static let about: Set<String> = [
        "error", "exception", "failure", "warning", "file", "path", "dir", "count", "type", "length", "size", "timeout", "tokenizer",
        "py", "rs", "js", "ts", "go", "rb", "swift", "java",
    ]
    /// In front of `key`: those that anybody may know.
    private static let openKeys: Set<String> = ["public", "primary", "foreign", "sort", "cache", "host"]
    private static let ordinaryPasses: Set<String> = [
        "compass", "bypass", "trespass", "overpass", "underpass", "surpass", "encompass",
    ]
    private static let passwords: Set<String> = ["password", "passwd", "passphrase", "passcode"]
    /// What a sentence says of a password.
    private static let ordinary: Set<String> = [
        "a", "an", "and", "are", "as", "at", "authentication", "by", "cannot", "change", "changed", "check", "did", "does", "entered",
        "expired", "failed", "failure", "field", "file", "for", "from", "given", "has", "hash", "hashing", "in", "incorrect", "invalid",
        "is",
        "length", "login", "mismatch", "missing", "must", "needed", "not", "of", "on", "only", "or", "policy", "prompt", "provided",
        "rejected", "required", "reset", "set", "should", "supplied", "the", "to", "too", "verification", "was", "will", "with", "wrong",
    ]

    static func isMeant(_ name: some StringProtocol) -> Bool {
        let parts = parts(of: name)
        guard let last = parts.last, !about.contains(last) else { return false }
        let whole = parts.joined()
        if words.contains(where: whole.contains) { return true }
        if last == "key" { return !(parts.dropLast().last.map(openKeys.contains) ?? false) }
        return lastParts.contains(last) || last.hasSuffix("pwd") || (last.hasSuffix("pass") && !ordinaryPasses.contains(last))
    }

    /// Whether an option with this name may as well name a file.
    static func isKey(_ name: some StringProtocol) -> Bool { parts(of: name).last == "key" }

    /// Whether it is the word itself, as in a sentence.
    static func isPassword(_ lower: String) -> Bool { passwords.contains(lower) }

    /// Whether a sentence goes on so behind ``isPassword(_:)``.
    static func isOrdinaryBehind(_ lower: String) -> Bool {
        ordinary.contains(lower.last.map { ".:!".contains($0) } ?? false ? String(lower.dropLast()) : lower)
    }

    /// Whether it is a number of tokens, as language models count them.
    static func isCount(_ name: some StringProtocol, of value: some StringProtocol) -> Bool {
        parts(of: name).last == "tokens" && !value.isEmpty && value.utf8.count <= 9 && value.allSatisfy(\.isNumber)
    }

    /// In small letters: `db.userPass` has three.
    private static func parts(of name: some StringProtocol) -> [String] {
        var parts: [String] = []
        var previous: Character = " "
        for character in name {
            defer { previous = character }
            guard character.isLetter || character.isNumber else { continue }
            let goesOn = (previous.isLetter || previous.isNumber) && !(character.isUppercase && previous.isLowercase)
            if goesOn, let last = parts.indices.last {
                parts[last] += character.lowercased()
            } else {
                parts.append(character.lowercased())
            }
        }
        return parts
    }
}
