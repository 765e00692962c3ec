import JobKit

/// The type of a scalar without quotes: the core schema of YAML 1.2.2 (section 10.3.2), and `yes`, `no`, `on`, `off` as
/// YAML 1.1 has them, since most people expect them to be flags.
///
/// Whoever wants text gets what was written (``ConfigNode/written``), so `no` and `080` never change on the way.
enum PlainScalar {
    static func value(of text: String) -> ConfigNode.Value {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): return number(text)
        default: return word(text)
        }
    }

    private static func word(_ text: String) -> ConfigNode.Value {
        switch text {
        case "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": .flag(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": .flag(false)
        default: .text(text)
        }
    }

    /// A number, or the text itself. What a `Double` cannot hold as a finite number stays text: JSON has no infinity.
    private static func number(_ text: String) -> ConfigNode.Value {
        if let radix = radix(of: text), let value = Int64(text.dropFirst(2), radix: radix), value >= 0 { return .integer(value) }
        let digits = text.utf8.first.map { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } == true ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return .text(text) }
        if digits.utf8.allSatisfy(isDigit), let value = Int64(text) { return .integer(value) }
        guard digits.utf8.allSatisfy(isPartOfNumber), digits.utf8.contains(where: isDigit), let value = Double(text), value.isFinite else {
            return .text(text)
        }
        return .number(value)
    }

    private static func radix(of text: String) -> Int? {
        if text.hasPrefix("0x") { 16 } else if text.hasPrefix("0o") { 8 } else { nil }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
        default: isDigit(byte)
        }
    }
}
