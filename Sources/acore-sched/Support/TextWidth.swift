/// How many columns of a terminal a text takes.
enum TextWidth {
    /// Ranges of Unicode's East Asian Wide and Fullwidth characters (UAX #11), as blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3,
        0xf900...0xfaff, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1faff,
        0x20000...0x3fffd,
    ]

    static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The text, cut to at most `width` columns with `…` at its end.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var kept = ""
        var used = 0
        for character in text {
            let next = of(character)
            guard used + next <= width - 1 else { break }
            kept.append(character)
            used += next
        }
        return kept + "…"
    }

    /// A character takes the place of its first scalar; what combines with it takes none.
    private static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let asEmoji = first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{fe0f}")
        return asEmoji || wide.contains { $0.contains(first.value) } ? 2 : 1
    }
}
