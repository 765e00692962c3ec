import JobKit

/// Finds texts in a file's text, counted as the YAML parser counts.
enum SourceSearch {
    /// The place of the n-th (from 0) occurrence of `needle` at or after `start`; `start` itself when there is none.
    static func place(ofOccurrence wanted: Int, of needle: String, from start: SourcePlace, in source: SourceText) -> SourcePlace {
        var left = wanted
        for number in start.line..<(start.line + 1_000) {
            let line = Array(source.line(number).unicodeScalars)
            let from = number == start.line ? start.column - 1 : 0
            for column in line.indices.dropFirst(from) where line[column...].starts(with: needle.unicodeScalars) {
                if left == 0 { return SourcePlace(line: number, column: column + 1) }
                left -= 1
            }
        }
        return start
    }

    /// Whether `text` stands at `place`.
    static func stands(_ text: String, at place: SourcePlace, in source: SourceText) -> Bool {
        source.line(place.line).unicodeScalars.dropFirst(place.column - 1).starts(with: text.unicodeScalars)
    }

    /// Where a character of a text stands that the file folds over the lines of a block (`>-` or `|`) at `place`: YAML changes nothing of
    /// such a text but the blanks. Nil when the text is not found there.
    static func place(ofCharacter offset: Int, in text: String, folded place: SourcePlace, in source: SourceText) -> SourcePlace? {
        guard let indicator = source.line(place.line).unicodeScalars.dropFirst(place.column - 1).first, indicator == ">" || indicator == "|"
        else { return nil }
        var expected = text.unicodeScalars.filter { !$0.properties.isWhitespace }[...]
        // A blank is shown at the character after it.
        var before = text.unicodeScalars.prefix(offset).count { !$0.properties.isWhitespace }
        for number in (place.line + 1)..<(place.line + 1_000) {
            for (column, character) in source.line(number).unicodeScalars.enumerated() where !character.properties.isWhitespace {
                guard character == expected.first else { return nil }
                if before == 0 { return SourcePlace(line: number, column: column + 1) }
                expected.removeFirst()
                before -= 1
            }
        }
        return nil
    }
}
