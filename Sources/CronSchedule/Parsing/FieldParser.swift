/// Parses one field; the text is handed to each step, so that nothing is copied.
struct FieldParser {
    let field: CronField
    let range: Range<Int>
    let jobName: String
    /// How many fields the expression has.
    let layout: Int
    var position: Int
    /// Bits of the values; weekday 7 is folded into 0 at the end.
    private var bits: UInt64 = 0
    private var years = YearSet.empty

    init(_ field: CronField, _ range: Range<Int>, jobName: String, layout: Int) {
        self.field = field
        self.range = range
        self.jobName = jobName
        self.layout = layout
        position = range.lowerBound
    }

    /// A value as written.
    struct Value {
        var number: Int
        /// Where its text lies.
        var text: Range<Int>
        var isName: Bool
    }

    mutating func parse(_ bytes: Span<UInt8>, into table: inout Timetable) throws(CronSyntaxError) {
        while true {
            try item(bytes, into: &table)
            if position == range.upperBound { break }
            guard bytes[position] == UInt8(ascii: ",") else { throw unexpected(bytes) }
            position += 1
        }
        let first = bytes[range.lowerBound]
        store(in: &table, beginsWithStar: first == UInt8(ascii: "*") || first == UInt8(ascii: "?"))
    }

    private func store(in table: inout Timetable, beginsWithStar: Bool) {
        switch field {
        case .second: table.seconds = bits
        case .minute:
            table.minutes = bits
            if beginsWithStar { table.marks.insert(.interval) }
        case .hour:
            table.hours = UInt32(truncatingIfNeeded: bits)
            if beginsWithStar { table.marks.insert(.interval) }
        case .dayOfMonth:
            table.days = UInt32(truncatingIfNeeded: bits)
            if !beginsWithStar { table.marks.insert(.daysRestricted) }
        case .month: table.months = UInt32(truncatingIfNeeded: bits)
        case .dayOfWeek:
            table.weekdays = UInt32(truncatingIfNeeded: (bits | bits >> 7) & 0x7F)
            if !beginsWithStar { table.marks.insert(.weekdaysRestricted) }
        case .year: table.years = years
        }
    }

    private mutating func item(_ bytes: Span<UInt8>, into table: inout Timetable) throws(CronSyntaxError) {
        guard let byte = peek(bytes), byte != UInt8(ascii: ",") else { throw emptyItem(bytes) }
        switch byte {
        case UInt8(ascii: "*"):
            position += 1
            insert(from: field.lowest, through: field.highest, step: try step(bytes))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): try valueItem(bytes, into: &table)
        case UInt8(ascii: "?"): try anyDay(bytes)
        case UInt8(ascii: "H") where !isLetter(peek(bytes, ahead: 1)): try hashed(bytes)
        case _ where field == .dayOfMonth && byte | 0x20 == UInt8(ascii: "l"): try lastDay(bytes, into: &table)
        case _ where isLetter(byte): try valueItem(bytes, into: &table)
        case _: throw unexpected(bytes)
        }
    }

    /// `?`, alone, in a day field.
    private mutating func anyDay(_ bytes: Span<UInt8>) throws(CronSyntaxError) {
        guard field == .dayOfMonth || field == .dayOfWeek, range.count == 1 else { throw misplacedQuestionMark(bytes) }
        position += 1
        insert(from: field.lowest, through: field.highest, step: 1)
    }

    /// `L` or `LW` in day of month.
    private mutating func lastDay(_ bytes: Span<UInt8>, into table: inout Timetable) throws(CronSyntaxError) {
        position += 1
        let isWorkday = peek(bytes).map { $0 | 0x20 == UInt8(ascii: "w") } ?? false
        if isWorkday { position += 1 }
        guard isAtItemEnd(bytes) else { throw afterLast(bytes, isWorkday: isWorkday) }
        table.marks.insert(isWorkday ? [.lastWorkday, .special] : [.lastDay, .special])
    }

    /// An item that begins with a number or a name.
    private mutating func valueItem(_ bytes: Span<UInt8>, into table: inout Timetable) throws(CronSyntaxError) {
        let first = try value(bytes)
        guard let byte = peek(bytes), byte != UInt8(ascii: ",") else {
            return insert(from: first.number, through: first.number, step: 1)
        }
        switch byte {
        case UInt8(ascii: "-"): try rangeItem(from: first, bytes)
        case UInt8(ascii: "/"): throw stepWithoutRange(first, bytes)
        case UInt8(ascii: "#") where field == .dayOfWeek: try nthWeekday(first, bytes, into: &table)
        case UInt8(ascii: "L"), UInt8(ascii: "l"):
            guard field == .dayOfWeek else { throw unexpected(bytes) }
            position += 1
            guard isAtItemEnd(bytes) else { throw unexpected(bytes) }
            table.lastWeekdays |= 1 << UInt32(first.number % 7)
            table.marks.insert(.special)
        case UInt8(ascii: "W"), UInt8(ascii: "w"):
            guard field == .dayOfMonth else { throw misplacedWorkday(first, bytes) }
            position += 1
            guard first.text.lowerBound == range.lowerBound, position == range.upperBound else { throw workdayNotAlone(first, bytes) }
            table.nearestWorkday = UInt8(first.number)
            table.marks.insert(.special)
        case _: throw unexpected(bytes)
        }
    }

    /// `-b` and an optional step, after `a`.
    private mutating func rangeItem(from first: Value, _ bytes: Span<UInt8>) throws(CronSyntaxError) {
        position += 1
        var last = try value(bytes, ofRangeFrom: first)
        if field == .dayOfWeek, last.isName, last.number == 0 { last.number = first.isName && first.number == 0 ? 0 : 7 }
        if let byte = peek(bytes), byte != UInt8(ascii: ","), byte != UInt8(ascii: "/") { throw afterRange(first, last, bytes) }
        guard first.number <= last.number else { throw backwards(first, last, bytes) }
        insert(from: first.number, through: last.number, step: try step(bytes))
    }

    /// `#n` or `#L` after a weekday.
    private mutating func nthWeekday(_ day: Value, _ bytes: Span<UInt8>, into table: inout Timetable) throws(CronSyntaxError) {
        position += 1
        let weekday = day.number % 7
        switch peek(bytes) {
        case .some(let byte) where byte | 0x20 == UInt8(ascii: "l"): table.lastWeekdays |= 1 << UInt32(weekday)
        case .some(let byte) where (UInt8(ascii: "1")...UInt8(ascii: "5")).contains(byte):
            table.nthWeekdays |= 1 << UInt64(8 * Int(byte - UInt8(ascii: "1")) + weekday)
        case _: throw badOrdinal(day, bytes)
        }
        position += 1
        guard isAtItemEnd(bytes) else { throw badOrdinal(day, bytes) }
        table.marks.insert(.special)
    }

    /// `H`, `H(a-b)`, each with an optional step: a value, or the first of a series, drawn from the name of the job.
    private mutating func hashed(_ bytes: Span<UInt8>) throws(CronSyntaxError) {
        position += 1
        var lowest = field.lowest
        var highest = field == .dayOfMonth ? 28 : field.highest
        if peek(bytes) == UInt8(ascii: "(") {
            position += 1
            let first = try value(bytes)
            guard peek(bytes) == UInt8(ascii: "-") else { throw badHash(bytes) }
            position += 1
            var last = try value(bytes, ofRangeFrom: first)
            if field == .dayOfWeek, last.isName, last.number == 0 { last.number = first.isName && first.number == 0 ? 0 : 7 }
            guard peek(bytes) == UInt8(ascii: ")") else { throw badHash(bytes) }
            guard first.number <= last.number else { throw backwards(first, last, bytes) }
            position += 1
            (lowest, highest) = (first.number, last.number)
        }
        let hash = HashedValue.hash(job: jobName, field: field)
        guard peek(bytes) == UInt8(ascii: "/") else {
            let value = lowest + Int(hash % UInt64(highest - lowest + 1))
            return insert(from: value, through: value, step: 1)
        }
        let step = try step(bytes)
        insert(from: lowest + Int(hash % UInt64(min(step, highest - lowest + 1))), through: highest, step: step)
    }

    /// `/n` when there is one, else 1.
    private mutating func step(_ bytes: Span<UInt8>) throws(CronSyntaxError) -> Int {
        guard peek(bytes) == UInt8(ascii: "/") else { return 1 }
        position += 1
        let start = position
        let number = digits(bytes)
        guard position > start else { throw badStep(bytes) }
        guard number > 0 else { throw zeroStep(start, bytes) }
        guard number <= field.count else { throw stepTooLarge(start, bytes) }
        return number
    }

    private mutating func insert(from first: Int, through last: Int, step: Int) {
        if field == .year {
            for year in stride(from: first, through: last, by: step) { years.insert(year) }
        } else if step == 1 {
            bits |= (UInt64.max >> UInt64(63 - last + first)) << UInt64(first)
        } else {
            for value in stride(from: first, through: last, by: step) { bits |= 1 << UInt64(value) }
        }
    }
}
