/// Refusals of ranges and of the special forms of the day fields.
extension FieldParser {
    private func refusal(_ offset: Int, _ bytes: Span<UInt8>, _ message: String, _ fix: String) -> CronSyntaxError {
        CronSyntaxError(at: offset, in: bytes, message, fix: fix)
    }

    private func shown(_ range: Range<Int>, _ bytes: Span<UInt8>) -> String { Spelling.shown(bytes.text(range)) }

    /// `FRI-MON`: the two ranges that were meant.
    func backwards(_ first: Value, _ last: Value, _ bytes: Span<UInt8>) -> CronSyntaxError {
        let from = shown(first.text, bytes)
        let through = shown(last.text, bytes)
        let message = "the range \(from)-\(through) runs backwards"
        let place = first.text.lowerBound
        if place > range.lowerBound, bytes[place - 1] == UInt8(ascii: "(") {
            return refusal(place, bytes, message, "write H(\(through)-\(from))")
        }
        guard field != .year else { return refusal(place, bytes, message, "write \(through)-\(from)") }
        var parser = self
        parser.position = last.text.upperBound
        let step = parser.stepForFix(bytes)
        let useNames = first.isName && last.isName
        let upper = part(from: first.number, through: field.highest, step: step, names: useNames)
        let skipped = (field.highest - first.number) % step
        let start = field.lowest + step - 1 - skipped
        let lower = start <= last.number ? "," + part(from: start, through: last.number, step: step, names: useNames) : ""
        return refusal(place, bytes, message, "write \(upper)\(lower)")
    }

    private mutating func stepForFix(_ bytes: Span<UInt8>) -> Int {
        guard peek(bytes) == UInt8(ascii: "/") else { return 1 }
        position += 1
        let number = digits(bytes)
        return (1...field.count).contains(number) ? number : 1
    }

    private func part(from first: Int, through last: Int, step: Int, names: Bool) -> String {
        let isName = names && !field.names.isEmpty
        let text = { (value: Int) in isName ? field.names[(value - field.lowest) % field.names.count] : "\(value)" }
        if first == last || first + step > last { return text(first) }
        return "\(text(first))-\(text(last))" + (step > 1 ? "/\(step)" : "")
    }

    /// Something other than a step or a comma follows `a-b`.
    func afterRange(_ first: Value, _ last: Value, _ bytes: Span<UInt8>) -> CronSyntaxError {
        let text = "\(shown(first.text, bytes))-\(shown(last.text, bytes))"
        switch peek(bytes).map({ $0 & 0xDF }) {
        case UInt8(ascii: "-") & 0xDF:
            return refusal(position, bytes, "a range has two ends", "write \(text), or part list items by commas")
        case UInt8(ascii: "W") where field == .dayOfMonth:
            return refusal(position, bytes, "W cannot follow a range", "write one day before W, for example \(shown(first.text, bytes))W")
        case UInt8(ascii: "W") where field == .dayOfWeek: return misplacedWorkday(nil, bytes, at: position)
        case UInt8(ascii: "L") where field == .dayOfWeek:
            return refusal(position, bytes, "L cannot follow a range", "write each weekday with its own L, for example MONL,TUEL")
        case UInt8(ascii: "#") & 0xDF where field == .dayOfWeek && peek(bytes) == UInt8(ascii: "#"):
            return refusal(position, bytes, "# cannot follow a range", "write each weekday with its own #, for example MON#1,TUE#1")
        case _: return unexpected(bytes)
        }
    }

    // MARK: L, W and #

    /// Something follows `L` or `LW` in day of month.
    func afterLast(_ bytes: Span<UInt8>, isWorkday: Bool) -> CronSyntaxError {
        if peek(bytes) == UInt8(ascii: "-"), !isWorkday {
            return refusal(position, bytes, "L-n is not in the dialect", "write L for the last day of the month, or a day such as 28")
        }
        return refusal(
            position, bytes, "nothing may follow \(isWorkday ? "LW" : "L") but a comma",
            "write L for the last day, LW for the last Monday-to-Friday")
    }

    func workdayNotAlone(_ day: Value, _ bytes: Span<UInt8>) -> CronSyntaxError {
        let text = shown(day.text, bytes)
        let item = position == range.upperBound || bytes[position] == UInt8(ascii: ",")
        if !item { return refusal(position, bytes, "nothing may follow \(text)W", "write \(text)W only") }
        return refusal(
            day.text.lowerBound, bytes, "\(text)W stands alone in its field", "split it into two jobs, or two entries of the schedule list")
    }

    func misplacedWorkday(_ value: Value?, _ bytes: Span<UInt8>, at place: Int? = nil) -> CronSyntaxError {
        let fix =
            field == .dayOfWeek
            ? "write MON-FRI here, or nW such as 15W as day of month" : "write nW such as 15W as day of month"
        return refusal(place ?? position, bytes, "W has no meaning in the \(field.name) field", fix)
    }

    func badOrdinal(_ day: Value, _ bytes: Span<UInt8>) -> CronSyntaxError {
        let text = shown(day.text, bytes)
        return refusal(
            position, bytes, "after # stands one of 1 to 5, or L",
            "write for example \(text)#1 for the first, \(text)#L for the last of the month")
    }

    func badHash(_ bytes: Span<UInt8>) -> CronSyntaxError {
        refusal(position, bytes, "H takes a range in parentheses", "write H, H(a-b), H/n or H(a-b)/n")
    }
}
