/// A file of variables, read by the rules of systemd's `EnvironmentFile=` (systemd.exec(5); `parse_env_file` of systemd 252).
///
/// Lines that begin with `#` or `;` are comments. Blanks around a value go; `'…'` keeps all, `"…"` keeps all but `\"`, `\\`, `` \` ``
/// and `\$`; a backslash at the end of a line joins it with the next.
struct EnvironmentFile: Sendable, Hashable {
    /// A line that gives no variable.
    struct Problem: Sendable, Hashable {
        var line: Int
        var problem: String
        var fix: String
        /// Whether the rest of the file can be trusted.
        var isFatal: Bool
    }

    private(set) var variables: [String: String] = [:]
    private(set) var problems: [Problem] = []

    private enum State {
        case beforeKey, key, beforeValue, value, escape, single, double, doubleEscape, comment, commentEscape
    }

    private var state = State.beforeKey
    private var line = 1
    private var keyLine = 1
    private var key = ""
    private var value = ""
    /// Where the value's trailing blanks begin; nil when it ends in none.
    private var trailing: String.Index?

    /// Reads the whole text.
    init(_ text: String) {
        for character in text.unicodeScalars {
            take(character)
            if character == "\n" { line += 1 }
        }
        finish()
    }

    private mutating func take(_ character: Unicode.Scalar) {
        switch state {
        case .beforeKey: beginLine(character)
        case .key: takeKey(character)
        case .beforeValue: beginValue(character)
        case .value: takeValue(character)
        case .escape:
            state = .value
            if !Self.isNewline(character) { append(character) }
        case .single: if character == "'" { state = .beforeValue } else { append(character) }
        case .double: takeDouble(character)
        case .doubleEscape:
            state = .double
            if "\"\\`$".unicodeScalars.contains(character) {
                append(character)
            } else if !Self.isNewline(character) {
                append("\\")
                append(character)
            }
        case .comment:
            if character == "\\" { state = .commentEscape } else if Self.isNewline(character) { state = .beforeKey }
        case .commentEscape: state = .comment
        }
    }

    private mutating func beginLine(_ character: Unicode.Scalar) {
        if character == "#" || character == ";" { return state = .comment }
        guard !Self.isBlank(character) else { return }
        key = String(character)
        value = ""
        trailing = nil
        keyLine = line
        state = .key
    }

    private mutating func takeKey(_ character: Unicode.Scalar) {
        if Self.isNewline(character) {
            note("has no =", fix: "write NAME=value, or begin the line with # for a comment")
            state = .beforeKey
        } else if character == "=" {
            state = .beforeValue
        } else {
            key.unicodeScalars.append(character)
        }
    }

    private mutating func beginValue(_ character: Unicode.Scalar) {
        switch character {
        case _ where Self.isNewline(character): endValue()
        case "'": state = .single
        case "\"": state = .double
        case "\\": state = .escape
        case _ where Self.isBlank(character): break
        default:
            state = .value
            append(character)
        }
    }

    private mutating func takeValue(_ character: Unicode.Scalar) {
        if Self.isNewline(character) { return endValue() }
        if character == "\\" { return state = .escape }
        guard Self.isBlank(character) else { return append(character) }
        let end = trailing ?? value.endIndex
        value.unicodeScalars.append(character)
        trailing = end
    }

    private mutating func takeDouble(_ character: Unicode.Scalar) {
        switch character {
        case "\"": state = .beforeValue
        case "\\": state = .doubleEscape
        default: append(character)
        }
    }

    private mutating func append(_ character: Unicode.Scalar) {
        value.unicodeScalars.append(character)
        trailing = nil
    }

    private mutating func endValue() {
        if let trailing { value = String(value[..<trailing]) }
        while let last = key.unicodeScalars.last, Self.isBlank(last) { key.unicodeScalars.removeLast() }
        if Self.isName(key) {
            variables[key] = value
        } else {
            let exported = key.hasPrefix("export ")
            note("does not begin with a name and =", fix: exported ? "leave out the word export" : "use letters, digits and _ for the name")
        }
        state = .beforeKey
    }

    private mutating func finish() {
        switch state {
        case .beforeKey, .comment, .commentEscape: break
        case .key: takeKey("\n")
        case .beforeValue, .value, .escape: endValue()
        case .single, .double, .doubleEscape:
            problems.append(Problem(line: keyLine, problem: "opens quotes that nothing closes", fix: "close them", isFatal: true))
        }
    }

    private mutating func note(_ problem: String, fix: String) {
        problems.append(Problem(line: keyLine, problem: problem, fix: fix, isFatal: false))
    }

    private static func isNewline(_ character: Unicode.Scalar) -> Bool { character == "\n" || character == "\r" }
    private static func isBlank(_ character: Unicode.Scalar) -> Bool { character == " " || character == "\t" || isNewline(character) }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_")
        }
    }
}
