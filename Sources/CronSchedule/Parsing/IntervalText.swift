/// The duration after `@every`: `90s`, `1h30m`, `1500ms`, `1d`.
enum IntervalText {
    /// The shortest duration: one second.
    static let shortest: Int64 = 1_000
    /// The longest duration: 3,660 days.
    static let longest: Int64 = 3_660 * 86_400_000

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Milliseconds; whole numbers with units in descending order, each unit once.
    static func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(CronSyntaxError) -> Int64 {
        var position = range.lowerBound
        var total: Int64 = 0
        var nextUnit = 0
        while position < range.upperBound {
            let start = position
            let number = number(bytes, &position, range.upperBound)
            guard position > start else { throw malformed(bytes, start, range) }
            let unitStart = position
            while position < range.upperBound, (bytes[position] | 0x20) &- UInt8(ascii: "a") < 26 { position += 1 }
            let name = bytes.text(unitStart..<position)
            guard let unit = units.firstIndex(where: { $0.name == name }) else { throw badUnit(bytes, unitStart..<position, start) }
            guard unit >= nextUnit else { throw malformed(bytes, start, range) }
            nextUnit = unit + 1
            let (product, overflow) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
            guard !overflow, case let sum = total.addingReportingOverflow(product), !sum.overflow, sum.partialValue <= longest else {
                throw CronSyntaxError(at: range.lowerBound, in: bytes, "@every is at most 3660 days", fix: "write @every 3660d or less")
            }
            total = sum.partialValue
        }
        guard total >= shortest else {
            throw CronSyntaxError(at: range.lowerBound, in: bytes, "@every is at least one second", fix: "write @every 1s or more")
        }
        return total
    }

    /// The shortest text of a duration, for example `1m30s`.
    static func text(milliseconds: Int64) -> String {
        var rest = milliseconds
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    private static func number(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) -> Int64 {
        var number: Int64 = 0
        while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            number = min(number * 10 + Int64(digit), longest + 1)
            position += 1
        }
        return number
    }

    private static func malformed(_ bytes: Span<UInt8>, _ place: Int, _ range: Range<Int>) -> CronSyntaxError {
        CronSyntaxError(
            at: place, in: bytes, "\(Spelling.shown(bytes.text(range))) is not a duration",
            fix: "write whole numbers with d, h, m, s, ms in this order, each once, for example @every 1h30m")
    }

    private static func badUnit(_ bytes: Span<UInt8>, _ unit: Range<Int>, _ start: Int) -> CronSyntaxError {
        let number = bytes.text(start..<unit.lowerBound)
        if unit.isEmpty {
            let isEnd = unit.upperBound == bytes.count || bytes[unit.upperBound] == UInt8(ascii: " ")
            return CronSyntaxError(
                at: unit.lowerBound, in: bytes,
                isEnd ? "the number \(Spelling.shown(number)) has no unit" : "a duration takes whole numbers",
                fix: isEnd ? "write \(Spelling.shown(number))s for seconds" : "write for example 1h30m instead of 1.5h")
        }
        return CronSyntaxError(
            at: unit.lowerBound, in: bytes, "there is no unit \(Spelling.shown(bytes.text(unit)))", fix: "write d, h, m, s or ms")
    }
}
