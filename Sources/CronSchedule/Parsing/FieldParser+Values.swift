extension FieldParser {
    /// Numbers stop growing here; every field's values are smaller.
    private static let numberCeiling = 100_000

    /// A number or a name within the range of the field.
    /// - Parameter first: the value before the dash, for the second half of a range.
    mutating func value(_ bytes: Span<UInt8>, ofRangeFrom first: Value? = nil) throws(CronSyntaxError) -> Value {
        let start = position
        guard let byte = peek(bytes) else { throw valueMissing(bytes, after: first) }
        if isLetter(byte) { return try name(bytes, isRangeEnd: first != nil) }
        let number = digits(bytes)
        guard position > start else { throw valueMissing(bytes, after: first) }
        let value = Value(number: number, text: start..<position, isName: false)
        guard number >= field.lowest, number <= field.highestWritten else { throw outOfRange(value, bytes) }
        return value
    }

    /// The number at the current place; stays where it is when there is none.
    mutating func digits(_ bytes: Span<UInt8>) -> Int {
        var number = 0
        while position < range.upperBound {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            number = min(number * 10 + Int(digit), FieldParser.numberCeiling)
            position += 1
        }
        return number
    }

    private mutating func name(_ bytes: Span<UInt8>, isRangeEnd: Bool) throws(CronSyntaxError) -> Value {
        let start = position
        var letters: UInt32 = 0
        while let byte = peek(bytes), isLetter(byte) {
            if position - start < 3 { letters = letters << 8 | UInt32(byte | 0x20) }
            position += 1
        }
        let word = start..<position
        let last = bytes[position - 1] | 0x20
        if field == .dayOfWeek, word.count == 4, last == UInt8(ascii: "l"), !isRangeEnd { position -= 1 }
        guard position - start == 3, let number = field.value(ofName: letters) else { throw unknownName(word, letters, bytes) }
        return Value(number: number, text: start..<position, isName: true)
    }

    @inline(__always)
    func peek(_ bytes: Span<UInt8>, ahead: Int = 0) -> UInt8? {
        position + ahead < range.upperBound ? bytes[position + ahead] : nil
    }

    @inline(__always)
    func isLetter(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    func isAtItemEnd(_ bytes: Span<UInt8>) -> Bool {
        position == range.upperBound || bytes[position] == UInt8(ascii: ",")
    }
}
