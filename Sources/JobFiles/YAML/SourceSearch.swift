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
}
