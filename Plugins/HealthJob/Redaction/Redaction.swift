/// Takes what looks like a secret out of a line before it is shown.
enum Redaction {
    static let mask = "***"

    /// The line without control characters, at most `bound` bytes long.
    static func line(_ text: String, bound: Int) -> String {
        var line = RedactedLine(LoginMask.masked(text))
        return line.shown().clipped(to: bound)
    }
}

/// Reads a line word by word, and tells which of them are secrets.
private struct RedactedLine {
    private struct Piece {
        var text: String
        let isWord: Bool
    }

    /// What the word that comes next is.
    private enum Expectation {
        case nothing, secret
        /// Behind `--key`, which more often names a file.
        case secretUnlessPath
        /// Behind `password`, which is also a word of sentences.
        case secretUnlessOrdinary
        /// Behind `token` and the like.
        case secretIfMade
    }

    /// Words in front of a secret, behind `Authorization:`.
    private static let schemes = ["bearer", "basic", "bot", "digest"]
    private static let marks = [":", "=", ":=", "=>"]
    private static let quotes: Set<Character> = ["\"", "'", "`"]

    private var pieces: [Piece]
    private var index = 0
    private var text = ""
    private var expected = Expectation.nothing
    // Of `"token": "…"`: the name, a quote, the colon, a quote.
    private var isNamed = false

    init(_ line: String) { pieces = Self.pieces(of: line) }

    mutating func shown() -> String {
        while index < pieces.count {
            let piece = pieces[index]
            index += 1
            if piece.isWord { take(piece.text) } else { pass(piece.text) }
        }
        return text
    }

    /// Words, and what stands between them.
    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        for character in text {
            let isControl = character.isNewline || character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            let isWord = !(isControl || character.isWhitespace || quotes.contains(character) || ",;()[]{}<>&?|".contains(character))
            let shown = isControl ? " " : character
            if let last = pieces.indices.last, pieces[last].isWord == isWord {
                pieces[last].text.append(shown)
            } else {
                pieces.append(Piece(text: String(shown), isWord: isWord))
            }
        }
        return pieces
    }

    /// A sentence goes on behind white space alone.
    private mutating func pass(_ gap: String) {
        text += gap
        switch expected {
        case .secretUnlessOrdinary, .secretIfMade:
            if gap.first?.isWhitespace != true || gap.dropLast().contains(where: { !$0.isWhitespace })
                || !(gap.last.map { $0.isWhitespace || Self.quotes.contains($0) } ?? true)
            {
                expected = .nothing
            }
        case .nothing, .secret, .secretUnlessPath: break
        }
    }

    private mutating func take(_ word: String) {
        let lower = word.lowercased()
        if Self.marks.contains(String(lower.filter { $0 != "\\" })) {
            text += word
            if isNamed { expected = .secret }
            isNamed = false
            return
        }
        let isScheme = Self.schemes.contains(lower)
        if !isScheme, isExpectedSecret(word, lower) { return hide() }
        // `Authorization: Bot TOKEN`; the word alone is an ordinary one.
        if isScheme, expected == .secret || lower == "bearer" {
            text += word
            expected = .secret
            return
        }
        show(word, lower)
    }

    private func isExpectedSecret(_ word: String, _ lower: String) -> Bool {
        switch expected {
        case .nothing: false
        case .secret: true
        case .secretUnlessPath: !word.hasPrefix("/") && !word.hasPrefix("./")
        case .secretUnlessOrdinary: !SecretName.isOrdinaryBehind(lower) || !isLastOfItsWord
        case .secretIfMade: word.utf8.count >= 6 && word.contains(where: \.isNumber) && word.contains(where: \.isLetter)
        }
    }

    /// Whether white space comes next, or a mark of a sentence and then white space.
    private var isLastOfItsWord: Bool {
        guard index < pieces.count, let first = pieces[index].text.first else { return true }
        return first.isWhitespace || pieces[index].text.last?.isWhitespace == true || index + 1 == pieces.count
    }

    /// A word that is no secret as a whole.
    private mutating func show(_ word: String, _ lower: String) {
        expected = .nothing
        isNamed = false
        if let sign = secretSign(in: word) {
            text += word[...sign]
            let value = word[word.index(after: sign)...]
            if value.allSatisfy({ $0 == "\\" }) || Self.schemes.contains(value.lowercased()) {
                text += value
                expected = .secret
            } else {
                hide()
            }
            return
        }
        text += TokenShape.masked(word)
        isNamed = SecretName.isMeant(word)
        if isNamed, word.hasPrefix("-") {
            expected = SecretName.isKey(word) ? .secretUnlessPath : .secret
        } else if SecretName.isPassword(lower) {
            expected = .secretUnlessOrdinary
        } else if isNamed {
            expected = .secretIfMade
        }
    }

    /// Of `NAME=VALUE` with the name of a secret: where the `=` is.
    private func secretSign(in word: String) -> String.Index? {
        var start = word.startIndex
        for sign in word.indices where word[sign] == "=" || word[sign] == ":" {
            let value = word[word.index(after: sign)...]
            // `Token::new` is a name, `total_tokens=12` a number.
            let isOther = value.hasPrefix(":") || word[..<sign].hasSuffix(":") || SecretName.isCount(word[start..<sign], of: value)
            if !isOther, SecretName.isMeant(word[start..<sign]) { return sign }
            start = word.index(after: sign)
        }
        return nil
    }

    private mutating func hide() {
        let quote = text.last.flatMap { Self.quotes.contains($0) ? $0 : nil }
        text += Redaction.mask
        expected = .nothing
        isNamed = false
        if let quote, let end = pieces[index...].firstIndex(where: { !$0.isWord && $0.text.contains(quote) }) {
            pieces[end].text = String(pieces[end].text.drop { $0 != quote })
            index = end
            return
        }
        // A secret may well hold a comma; a name and its value are the next item of a list.
        while index + 1 < pieces.count, !pieces[index].text.contains(where: { $0.isWhitespace || Self.quotes.contains($0) }),
            !pieces[index + 1].text.contains(where: { $0 == "=" || $0 == ":" })
        {
            index += 2
        }
    }
}
