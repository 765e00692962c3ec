/// Tells lines of a file that are not repeated beside what is wrong with them: messages go to logs, which others read.
enum SecretLine {
    static func mayHold(_ line: String) -> Bool { holdsAddress(line) || holdsNamed(line) }

    /// An address that is as good as a password.
    private static func holdsAddress(_ line: String) -> Bool {
        var rest = line[...]
        while let mark = rest.firstRange(of: "://") {
            rest = rest[mark.upperBound...]
            let address = rest.prefix { !$0.isWhitespace && !"\"'".contains($0) }
            if SecretAddress.isIn(String(address)) { return true }
        }
        return false
    }

    /// `NAME: value` with the name of a secret. References to one are no secret.
    private static func holdsNamed(_ line: String) -> Bool {
        for colon in line.indices where line[colon] == ":" {
            let before = line[..<colon].reversed().drop { $0 == " " || $0 == "\"" || $0 == "'" }
            let name = String(before.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }.reversed())
            // Others are those of `secret:NAME` and `${NAME:-}`.
            let isKey = line[..<colon].hasSuffix("\"") || line[line.index(after: colon)...].first.map(\.isWhitespace) ?? true
            let isOwnAddress = name == "heartbeat"
            guard isKey, isOwnAddress || SecretWord.isIn(name) else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\"" || $0 == "'" }
            let isReference = value.hasPrefix("secret:") || value.hasPrefix("${")
            // Keys within have names of their own.
            let isSection = value.hasPrefix("{") && !isOwnAddress
            if !value.isEmpty, !value.hasPrefix("#"), !isReference, !isSection { return true }
        }
        return false
    }
}
