import FileTree

/// Reads one object in the form that ``JSONLine`` writes, key by key, without making anything that nobody asks for.
///
/// A manifest has a line for each file: a general decoder takes twenty times as long for it as the walk of the tree.
struct JSONScanner {
    /// Bytes that are not such an object.
    struct Damage: Error, Hashable {
        let reason: String
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// - Parameter bytes: one line; they stay where they are while the scanner is used.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next key, whose value has to be read or skipped; nil at the end of the object.
    mutating func nextKey() throws(Damage) -> String? {
        if position == 0 {
            try take("{")
            if peek == UInt8(ascii: "}") { return nil }
        } else {
            if peek == UInt8(ascii: "}") { return nil }
            try take(",")
        }
        let key = try plainText()
        try take(":")
        return key
    }

    /// A string's bytes.
    mutating func text() throws(Damage) -> [UInt8] {
        try take("\"")
        var text = plainBytes()
        while peek == UInt8(ascii: "\\") {
            position += 1
            text.append(try escaped())
            text += plainBytes()
        }
        try take("\"")
        return text
    }

    /// What lies in front of the next quotation mark or escape.
    private mutating func plainBytes() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") { position += 1 }
        return Array(bytes[start..<position])
    }

    /// A string that needs no escapes.
    private mutating func plainText() throws(Damage) -> String {
        try take("\"")
        let start = position
        while let byte = peek, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") { throw damage("a key with an escape") }
            position += 1
        }
        let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        try take("\"")
        return text
    }

    /// The byte behind a backslash: only what ``JSONLine`` escapes.
    private mutating func escaped() throws(Damage) -> UInt8 {
        guard let byte = peek else { throw damage("the line ends early") }
        position += 1
        guard byte == UInt8(ascii: "u") else { return byte }
        guard position + 4 <= bytes.count else { throw damage("the line ends early") }
        var value = 0
        for digit in bytes[position..<position + 4] {
            guard let number = Character(Unicode.Scalar(digit)).hexDigitValue else { throw damage("an escape without a number") }
            value = value * 16 + number
        }
        position += 4
        guard value < 0x80 else { throw damage("an escape of a character that needs none") }
        return UInt8(value)
    }

    /// A whole number.
    mutating func integer<Number: FixedWidthInteger>() throws(Damage) -> Number {
        let isNegative = peek == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var number: Number = 0
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            let digit = Number(truncatingIfNeeded: byte - UInt8(ascii: "0"))
            let (shifted, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (next, overflows) = isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !isTooLarge, !overflows else { throw damage("a number that is too large") }
            number = next
            position += 1
        }
        guard position > start else { throw damage("no number where one has to be") }
        return number
    }

    /// A list of two numbers: an instant.
    mutating func time() throws(Damage) -> FileTime {
        try take("[")
        let seconds: Int64 = try integer()
        try take(",")
        let nanoseconds: UInt32 = try integer()
        try take("]")
        return FileTime(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// A list of whole numbers.
    mutating func integers() throws(Damage) -> [Int64] {
        try take("[")
        var numbers: [Int64] = []
        while peek != UInt8(ascii: "]") {
            if !numbers.isEmpty { try take(",") }
            numbers.append(try integer())
        }
        try take("]")
        return numbers
    }

    /// `true` or `false`.
    mutating func flag() throws(Damage) -> Bool {
        let isTrue = peek == UInt8(ascii: "t")
        for byte in (isTrue ? "true" : "false").utf8 { try take(byte) }
        return isTrue
    }

    /// Leaves a value out, whatever it is.
    mutating func skip() throws(Damage) {
        var depth = 0
        repeat {
            guard let byte = peek else { throw damage("the line ends early") }
            switch byte {
            case UInt8(ascii: "\""): _ = try text()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                position += 1
            case UInt8(ascii: ","):
                if depth == 0 { return }
                position += 1
            case _: position += 1
            }
        } while depth > 0 || (peek != UInt8(ascii: ",") && peek != UInt8(ascii: "}"))
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) throws(Damage) { try take(UInt8(ascii: character)) }

    private mutating func take(_ byte: UInt8) throws(Damage) {
        guard peek == byte else { throw damage("no \(Character(Unicode.Scalar(byte))) where one has to be") }
        position += 1
    }

    private func damage(_ reason: String) -> Damage { Damage(reason: "\(reason), at byte \(position)") }
}
