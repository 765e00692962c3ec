/// Reads one flat JSON object from bytes; nested values are checked for nothing and refused.
struct JSONObjectReader {
    /// A value, as far as the questions need it.
    enum Value {
        case string(String)
        /// nil when it is not a whole number of at most nine digits.
        case number(Int?)
        case null
        case other
    }

    struct Member {
        var name: String
        var value: Value
        /// Where the JSON text of the value lies.
        var text: Range<Int>
    }

    /// More members than a question has keys are refused.
    static let maximumMembers = 16

    /// What was wrong, for the message.
    private(set) var problem = "it does not begin with {"
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All members in their order, or nil.
    mutating func members() -> [Member]? {
        skipBlanks()
        guard take("{") else { return nil }
        var members: [Member] = []
        skipBlanks()
        if !take("}") {
            repeat {
                guard members.count < JSONObjectReader.maximumMembers else { return failed("too many keys") }
                skipBlanks()
                guard let name = string() else { return failed("a key in quotes is missing") }
                skipBlanks()
                guard take(":") else { return failed("a colon is missing after \(name.prefix(32))") }
                skipBlanks()
                let start = position
                guard let value = value() else { return failed("the value of \(name.prefix(32)) is not a string, number or null") }
                members.append(Member(name: name, value: value, text: start..<position))
                skipBlanks()
            } while take(",")
            guard take("}") else { return failed("a comma or } is missing") }
        }
        skipBlanks()
        return position == bytes.count ? members : failed("something follows the object")
    }

    private mutating func failed(_ reason: String) -> [Member]? {
        problem = "\(reason) (byte \(position + 1))"
        return nil
    }

    private mutating func value() -> Value? {
        guard position < bytes.count else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        case _:
            if word("null") { return .null }
            return word("true") || word("false") ? .other : nil
        }
    }

    /// A JSON number; the grammar of RFC 8259.
    private mutating func number() -> Value? {
        let isNegative = take("-")
        let start = position
        var whole = 0
        while let digit = digit() { whole = min(whole * 10 + digit, 1_000_000_000) }
        guard position > start, position == start + 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        var isWhole = whole < 1_000_000_000
        if take(".") {
            isWhole = false
            guard digit() != nil else { return nil }
            while digit() != nil {}
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            guard digit() != nil else { return nil }
            while digit() != nil {}
        }
        return .number(isWhole ? (isNegative ? -whole : whole) : nil)
    }

    /// A string in quotes, its escapes resolved; nil for control characters, bad escapes and bad UTF-8.
    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 32 {
            position += 1
        }
        if take("\"") { return String(validating: bytes[start..<position - 1], as: UTF8.self) }
        var text = Array(bytes[start..<position])
        while position < bytes.count, bytes[position] >= 32 {
            if take("\"") { return String(validating: text, as: UTF8.self) }
            if take("\\") {
                guard let scalar = escape() else { return nil }
                text += Array(String(Character(scalar)).utf8)
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicodeEscape()
        case _: return nil
        }
    }

    /// Four hexadecimal digits, or two such escapes for a surrogate pair.
    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let high = fourHexDigits() else { return nil }
        guard (0xD800...0xDBFF).contains(high) else { return Unicode.Scalar(high) }
        guard take("\\"), take("u"), let low = fourHexDigits(), (0xDC00...0xDFFF).contains(low) else { return nil }
        return Unicode.Scalar(0x1_0000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func fourHexDigits() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 65...70, 97...102: value = value << 4 | UInt32((byte | 0x20) - 87)
            case _: return nil
            }
        }
        position += 4
        return value
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 else { return nil }
        position += 1
        return Int(digit)
    }

    private mutating func word(_ text: StaticString) -> Bool {
        let matches = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if matches { position += text.utf8CodeUnitCount }
        return matches
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [32, 9, 10, 13].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: letter) else { return false }
        position += 1
        return true
    }
}
