import JobKit

/// A key that one mapping has twice. The parser tells the key and its first place; the second is found in the text.
struct DuplicateKey {
    let key: String
    let first: SourcePlace
    let second: SourcePlace
    /// The text with the second key changed to one that nobody writes, of the same length.
    let renamed: String

    /// A character for private use, which ends no line and means nothing.
    private static let substitute: Unicode.Scalar = "\u{F8FF}"

    /// - Returns: nil when the second place cannot be told for certain.
    init?(_ key: String, first: SourcePlace, in text: String) {
        var lines = text.unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" }).map { Array($0) }
        let needle = Array(key.unicodeScalars)
        guard !needle.isEmpty, lines.indices.contains(first.line - 1),
            let found = Self.second(of: needle, after: first, in: lines)
        else { return nil }
        lines[found.line - 1][found.column - 1] = Self.substitute
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: lines.joined(separator: ["\n"]))
        self.key = key
        self.first = first
        second = found
        renamed = String(scalars)
    }

    var fault: Fault {
        Fault(
            place: second, length: key.unicodeScalars.count, problem: "\(key) is given twice, first in line \(first.line)",
            fix: "leave one of the two out: only one of them could count")
    }

    /// The finding when only the first place is known.
    static func fault(for keys: [String], first: SourcePlace) -> Fault {
        Fault(
            place: first, length: keys.first?.unicodeScalars.count ?? 1,
            problem: "\(keys.joined(separator: ", ")) is given twice in one mapping",
            fix: "leave one of the two out: only one of them could count")
    }

    /// In block style the second key stands at the same column of a later line, in flow style later on the same line.
    private static func second(of key: [Unicode.Scalar], after first: SourcePlace, in lines: [[Unicode.Scalar]]) -> SourcePlace? {
        let line = lines[first.line - 1]
        for column in line.indices.dropFirst(first.column - 1 + key.count) where isKey(key, at: column, of: line) {
            return SourcePlace(line: first.line, column: column + 1)
        }
        for (index, line) in lines.enumerated().dropFirst(first.line) {
            let indent = line.prefix { $0 == " " }.count
            if indent == first.column - 1, isKey(key, at: indent, of: line) { return SourcePlace(line: index + 1, column: indent + 1) }
            let hasContent = indent < line.count && line[indent] != "#" && line[indent] != "\r"
            if hasContent, indent < first.column - 1 { return nil }
        }
        return nil
    }

    private static func isKey(_ key: [Unicode.Scalar], at column: Int, of line: [Unicode.Scalar]) -> Bool {
        guard column + key.count < line.count, line[column...].starts(with: key) else { return false }
        if column > 0, line[column - 1] != " ", line[column - 1] != "{", line[column - 1] != "," { return false }
        let rest = line[(column + key.count)...].drop { $0 == " " }
        guard rest.first == ":" else { return false }
        let next = rest.dropFirst().first
        return next == nil || next == " " || next == "\t" || next == "\r"
    }
}
