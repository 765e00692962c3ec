/// Tells secrets by what they look like, wherever they stand.
enum TokenShape {
    /// How keys of well known makers begin, and how long they are at least.
    private static let prefixes: [(text: String, length: Int)] = [
        ("AKIA", 20), ("ASIA", 20), ("AIza", 30), ("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20), ("ghr_", 20), ("github_pat_", 20),
        ("glpat-", 20), ("xoxb-", 16), ("xoxp-", 16), ("xoxa-", 16), ("sk-", 20), ("hf_", 20), ("npm_", 20),
    ]

    /// The word without what looks like a secret.
    static func masked(_ word: String) -> String {
        if word.contains("://") {
            return word.split(separator: "/", omittingEmptySubsequences: false).map { isMade($0) ? Redaction.mask : withoutKeys($0) }
                .joined(separator: "/")
        }
        // What stands behind the last sign is a value; signs at the very end are padding.
        let core = word.dropLast(word.reversed().prefix { $0 == "=" }.count)
        guard let sign = core.lastIndex(where: { $0 == "=" || $0 == ":" }) else {
            return isMade(word[...]) ? Redaction.mask : withoutKeys(word[...])
        }
        let value = word[word.index(after: sign)...]
        return withoutKeys(word[...sign]) + (isMade(value) ? Redaction.mask : withoutKeys(value))
    }

    private static func withoutKeys(_ text: Substring) -> String {
        var shown = ""
        var rest = text
        while !rest.isEmpty {
            let part = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            shown += prefixes.contains { part.hasPrefix($0.text) && part.utf8.count >= $0.length } ? Redaction.mask : String(part)
            rest = rest[part.endIndex...]
            if let other = rest.popFirst() { shown.append(other) }
        }
        return shown
    }

    /// Long, of letters and digits mixed, and no path, name of a file or number.
    private static func isMade(_ text: Substring) -> Bool {
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
