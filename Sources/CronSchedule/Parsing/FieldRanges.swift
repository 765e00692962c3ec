/// Where the fields of an expression lie in its UTF-8 text.
struct FieldRanges {
    /// How many fields there are; counting stops at ``limit``.
    private(set) var count = 0
    private var ranges = InlineArray<8, Range<Int>>(repeating: 0..<0)

    /// One more than the longest layout.
    static let limit = 8

    subscript(place: Int) -> Range<Int> { ranges[place] }

    /// Splits at blanks and tabs.
    /// - Throws: for characters that have no place in any expression.
    init(_ bytes: Span<UInt8>) throws(CronSyntaxError) {
        var start = -1
        for place in 0..<bytes.count {
            let byte = bytes[unchecked: place]
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                if start >= 0 { append(start..<place) }
                start = -1
                continue
            }
            if byte < 0x20 || byte > 0x7E { throw CronSyntaxError.strangeCharacter(at: place, in: bytes) }
            if start < 0 { start = place }
        }
        if start >= 0 { append(start..<bytes.count) }
    }

    private mutating func append(_ range: Range<Int>) {
        guard count < FieldRanges.limit else { return }
        ranges[count] = range
        count += 1
    }

    /// The field at a place of a layout with `count` fields.
    static func field(_ place: Int, of count: Int) -> CronField {
        CronField.inOrder[count == 5 ? place + 1 : place]
    }
}

extension CronField {
    /// All fields in the order of the seven-field layout.
    static let inOrder: InlineArray<7, CronField> = [.second, .minute, .hour, .dayOfMonth, .month, .dayOfWeek, .year]
}
