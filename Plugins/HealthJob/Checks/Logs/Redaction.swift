/// Takes what looks like a secret out of a line before it is shown.
enum Redaction {
    /// Words whose value, behind `=` or `:`, is one.
    private static let names = [
        "token", "password", "passwd", "passphrase", "secret", "apikey", "api_key", "api-key", "authorization", "credential", "cookie",
        "session",
        "private_key", "access_key", "signature",
    ]
    /// Words in front of one.
    private static let schemes = ["bearer", "basic", "bot", "digest"]
    private static let mask = "***"

    /// The line without control characters, at most `bound` bytes long.
    static func line(_ text: String, bound: Int) -> String {
        var result = ""
        var hidesNext = false
        // Of `"token": "…"`: the name, a quote, the colon, a quote.
        var isNamed = false
        for piece in pieces(of: text) {
            guard piece.isWord else {
                result += piece.text
                continue
            }
            let lower = piece.text.lowercased()
            if hidesNext, !schemes.contains(lower) {
                result += mask
                hidesNext = false
                continue
            }
            let isMark = lower == ":" || lower == "="
            let (shown, opens) = isMark ? (piece.text, isNamed) : word(piece.text, lower)
            result += shown
            isNamed = !isMark && names.contains { lower.contains($0) }
            // `Authorization: Bot TOKEN`; the word alone is an ordinary one.
            hidesNext = opens || lower == "bearer" || (hidesNext && schemes.contains(lower))
        }
        return result.clipped(to: bound)
    }

    private struct Piece {
        var text: String
        let isWord: Bool
    }

    /// Words, and what stands between them.
    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        for character in text {
            let isWord =
                !(character.isWhitespace || "\"'`,;()[]{}<>&?|".contains(character)
                || character.unicodeScalars.allSatisfy { $0.value < 32 })
            let shown = isWord || !character.isNewline && character.unicodeScalars.allSatisfy { $0.value >= 32 } ? character : " "
            if let last = pieces.indices.last, pieces[last].isWord == isWord {
                pieces[last].text.append(shown)
            } else {
                pieces.append(Piece(text: String(shown), isWord: isWord))
            }
        }
        return pieces
    }

    /// - Returns: the word as it may be shown, and whether the next one is a secret.
    private static func word(_ text: String, _ lower: String) -> (String, opens: Bool) {
        if let mark = text.firstRange(of: "://") {
            let authority = text[mark.upperBound...].prefix { $0 != "/" && $0 != "#" }
            guard let at = authority.lastIndex(of: "@") else { return (path(text), false) }
            return (path(String(text[..<mark.upperBound]) + mask + text[at...]), false)
        }
        if let sign = text.firstIndex(where: { $0 == "=" || $0 == ":" }) {
            let value = text[text.index(after: sign)...]
            let key = lower.prefix { $0 != "=" && $0 != ":" }
            if names.contains(where: { key.contains($0) }) {
                let isScheme = schemes.contains(value.lowercased())
                return value.isEmpty || isScheme ? (text, true) : (text[...sign] + mask, false)
            }
            return (text[...sign] + (isRandom(value) ? mask : String(value)), false)
        }
        return (isRandom(text[...]) ? mask : text, false)
    }

    /// The parts of an address that look like a secret, as those of a webhook's.
    private static func path(_ text: String) -> String {
        text.split(separator: "/", omittingEmptySubsequences: false).map { isRandom($0) ? mask : String($0) }.joined(separator: "/")
    }

    /// Long, of letters and digits mixed, and no path, name of a file or number.
    private static func isRandom(_ text: Substring) -> Bool {
        let bytes = text.utf8
        guard bytes.count >= 20, !text.hasPrefix("/") else { return false }
        var (digits, letters, others) = (0, 0, 0)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letters += 1
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "/"):
                others += 1
            case _: return false
            }
        }
        return digits >= 2 && letters >= 4 && others * 6 <= bytes.count
    }
}
