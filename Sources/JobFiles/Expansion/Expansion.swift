import JobKit

/// `${NAME}`, `${NAME:-default}` and the literal `$${` in one text.
struct Expansion {
    /// What is wrong with one `${`, as the count of `${` before it in the text.
    struct Problem: Hashable {
        var occurrence: Int
        var length: Int
        var problem: String
        var fix: String
    }

    private(set) var result = ""
    /// Names in the text, in its order.
    private(set) var names: [String] = []
    private(set) var problems: [Problem] = []

    /// Whether a text holds a `${` at all. Nearly none does, and the library's search takes as long as reading the file.
    static func isNeeded(in text: String) -> Bool {
        var followsDollar = false
        for byte in text.utf8 {
            if followsDollar, byte == UInt8(ascii: "{") { return true }
            followsDollar = byte == UInt8(ascii: "$")
        }
        return false
    }

    /// - Parameter value: of a variable; nil when it is not set.
    init(_ text: String, value: (String) -> String?) {
        guard Self.isNeeded(in: text) else {
            result = text
            return
        }
        var rest = text[...]
        var occurrence = 0
        while let dollar = rest.firstRange(of: "${") {
            let before = rest[..<dollar.lowerBound]
            rest = rest[dollar.upperBound...]
            if before.last == "$" {
                result += before.dropLast() + "${"
            } else {
                result += before
                rest = expand(rest, occurrence: occurrence, value: value)
            }
            occurrence += 1
        }
        result += rest
    }

    /// Expands what follows a `${`.
    /// - Returns: the text after its `}`.
    private mutating func expand(_ rest: Substring, occurrence: Int, value: (String) -> String?) -> Substring {
        guard let end = rest.firstIndex(of: "}") else {
            problems.append(
                Problem(
                    occurrence: occurrence, length: 2, problem: "${ has no }",
                    fix: "close it, or write $${ for the two characters themselves"))
            return rest
        }
        let inside = rest[..<end]
        let after = rest[rest.index(after: end)...]
        let split = inside.firstRange(of: ":-")
        let name = String(split.map { inside[..<$0.lowerBound] } ?? inside)
        let standard = split.map { String(inside[$0.upperBound...]) }
        let length = inside.unicodeScalars.count + 3
        guard SettingType.TextForm.variable.complaint(about: name) == nil, standard.map(Self.isNeeded) != true else {
            problems.append(
                Problem(
                    occurrence: occurrence, length: length, problem: "${\(inside)} is not of the form ${NAME} or ${NAME:-default}",
                    fix: "write $${ where the program is to see ${ itself"))
            return after
        }
        names.append(name)
        let found = value(name)
        if let standard {
            result += found.flatMap { $0.isEmpty ? nil : $0 } ?? standard
        } else if let found {
            result += found
        } else {
            problems.append(
                Problem(
                    occurrence: occurrence, length: length, problem: "the variable \(name) is not set",
                    fix: "set it for the daemon or in environment_file, or give a default: ${\(name):-default}"))
        }
        return after
    }
}
