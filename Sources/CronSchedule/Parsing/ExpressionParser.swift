/// Turns the text of an expression into a plan.
enum ExpressionParser {
    /// Parses the whole of `bytes`.
    static func parse(_ bytes: Span<UInt8>, jobName: String) throws(CronSyntaxError)
        -> (CronSchedule.Plan, ExpressionLayout)
    {
        if bytes.count > CronSchedule.maximumLength { throw .tooLong(bytes) }
        if let prefix = zonePrefix(bytes) { throw .zonePrefix(at: prefix, in: bytes) }
        let fields = try FieldRanges(bytes)
        guard fields.count > 0 else { throw .wrongCount(fields, in: bytes) }
        if bytes[fields[0].lowerBound] == UInt8(ascii: "@") {
            return (try NicknameParser.parse(bytes, fields), ExpressionLayout(fields, bytes))
        }
        guard (5...7).contains(fields.count) else { throw .wrongCount(fields, in: bytes) }
        var table = Timetable()
        for place in 0..<fields.count {
            var parser = FieldParser(FieldRanges.field(place, of: fields.count), fields[place], jobName: jobName, layout: fields.count)
            try parser.parse(bytes, into: &table)
        }
        return (.calendar(table), ExpressionLayout(fields, bytes))
    }

    /// Where a `TZ=` or `CRON_TZ=` at the beginning lies.
    private static func zonePrefix(_ bytes: Span<UInt8>) -> Int? {
        var start = 0
        while start < bytes.count, bytes[start] == UInt8(ascii: " ") || bytes[start] == UInt8(ascii: "\t") { start += 1 }
        guard start < bytes.count, bytes[start] == UInt8(ascii: "T") || bytes[start] == UInt8(ascii: "C") else { return nil }
        for prefix in ["TZ=", "CRON_TZ="] where bytes.count - start >= prefix.utf8.count {
            var place = start
            if prefix.utf8.allSatisfy({ letter in
                defer { place += 1 }
                return bytes[place] == letter
            }) {
                return start
            }
        }
        return nil
    }
}
