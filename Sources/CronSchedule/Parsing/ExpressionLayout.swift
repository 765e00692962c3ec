/// What the warnings need to know about the spelling of an accepted expression.
struct ExpressionLayout: Sendable {
    /// How many fields were written; 1 for nicknames.
    var count = 1
    /// 0-based columns of the fields.
    var columns = SIMD8<UInt16>()
    /// The first of six fields is `*`.
    var leadingStar = false
    /// An item of the sixth of six fields has four digits.
    var sixthLooksLikeYear = false

    init(_ fields: FieldRanges, _ bytes: Span<UInt8>) {
        count = fields.count
        for place in 0..<min(fields.count, 8) { columns[place] = UInt16(truncatingIfNeeded: fields[place].lowerBound) }
        guard count == 6 else { return }
        leadingStar = fields[0].count == 1 && bytes[fields[0].lowerBound] == UInt8(ascii: "*")
        var digits = 0
        for place in fields[5] {
            digits = bytes[place] &- UInt8(ascii: "0") < 10 ? digits + 1 : 0
            if digits == 4 { sixthLooksLikeYear = true }
        }
    }

    /// 1-based column of a field, or 1 when it was not written.
    func column(of field: CronField) -> Int {
        guard count >= 5 else { return 1 }
        let place = Int(field.rawValue) - (count == 5 ? 1 : 0)
        return (0..<count).contains(place) ? Int(columns[place]) + 1 : 1
    }
}
