/// What the parser says when a field is refused; the words are compared whole by the tests.
extension FieldParser {
    private func refusal(_ offset: Int, _ bytes: Span<UInt8>, _ message: String, _ fix: String) -> CronSyntaxError {
        CronSyntaxError(at: offset, in: bytes, message, fix: fix)
    }

    private func shown(_ range: Range<Int>, _ bytes: Span<UInt8>) -> String { Spelling.shown(bytes.text(range)) }

    /// The whole list item around the current place.
    private func itemRange(_ bytes: Span<UInt8>, around place: Int) -> Range<Int> {
        var start = place
        while start > range.lowerBound, bytes[start - 1] != UInt8(ascii: ",") { start -= 1 }
        var end = place
        while end < range.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
        return start..<end
    }

    private var allowed: String {
        let article = field == .hour ? "an" : "a"
        let names = field.names.isEmpty ? "" : ", or \(field.names[0])-\(field.names[field.names.count - 1])"
        return "write \(article) \(field.name) from \(field.rangeText)\(names)"
    }

    // MARK: Lists and single characters

    func emptyItem(_ bytes: Span<UInt8>) -> CronSyntaxError {
        let problem =
            position == range.upperBound
            ? "the \(field.name) list ends in a comma" : "an item of the \(field.name) list is empty"
        return refusal(max(position - 1, range.lowerBound), bytes, problem, "take the comma out, or \(allowed)")
    }

    func unexpected(_ bytes: Span<UInt8>) -> CronSyntaxError {
        guard let byte = peek(bytes) else { return refusal(position, bytes, "the \(field.name) field ends too early", allowed) }
        let letter = String(UnicodeScalar(byte))
        let place = position
        switch byte {
        case UInt8(ascii: "?"): return misplacedQuestionMark(bytes)
        case UInt8(ascii: "~"):
            return refusal(
                place, bytes, "~ (a random value) is not in the dialect", "write H, or H(a-b), for a stable value drawn from the job's name"
            )
        case UInt8(ascii: "+"):
            let following = position + 1..<itemRange(bytes, around: position).upperBound
            return refusal(place, bytes, "+ is not in the dialect", following.isEmpty ? allowed : "write \(shown(following, bytes))")
        case UInt8(ascii: "-"):
            return refusal(place, bytes, "a value is missing before -", allowed)
        case UInt8(ascii: "/"):
            return refusal(place, bytes, "a step needs * or a range before it", "write */n or a-b/n")
        case UInt8(ascii: "L"), UInt8(ascii: "l"), UInt8(ascii: "W"), UInt8(ascii: "w"):
            return misplacedMark(UInt8(ascii: "L") == byte & 0xDF ? "L" : "W", bytes)
        case UInt8(ascii: "#"):
            return refusal(
                place, bytes, "# has no meaning here", "write d#n in the day-of-week field, for example FRI#2 for the second Friday")
        case _:
            return refusal(
                place, bytes, "unexpected \(letter) in the \(field.name) field", "part list items by commas and fields by blanks")
        }
    }

    private func misplacedMark(_ mark: String, _ bytes: Span<UInt8>) -> CronSyntaxError {
        switch field {
        case .dayOfMonth where mark == "W": refusal(position, bytes, "W needs a day before it", "write nW, for example 15W, or LW")
        case .dayOfMonth: refusal(position, bytes, "L stands alone in the day-of-month field", "write L for the last day of the month")
        case .dayOfWeek:
            refusal(position, bytes, "\(mark) has no meaning here", "write dL for the last such weekday of the month, for example FRIL")
        case .second, .minute, .hour, .month, .year:
            refusal(position, bytes, "\(mark) has no meaning in the \(field.name) field", allowed)
        }
    }

    func misplacedQuestionMark(_ bytes: Span<UInt8>) -> CronSyntaxError {
        if field == .dayOfMonth || field == .dayOfWeek {
            return refusal(position, bytes, "? stands alone in its field", "write ? only, or leave it out")
        }
        return refusal(position, bytes, "? has no meaning in the \(field.name) field", "write *")
    }

    // MARK: Values and names

    func valueMissing(_ bytes: Span<UInt8>, after first: Value?) -> CronSyntaxError {
        guard let first else { return refusal(position, bytes, "a value is missing in the \(field.name) field", allowed) }
        return refusal(position, bytes, "the range \(shown(first.text, bytes))- has no end", allowed)
    }

    func outOfRange(_ value: Value, _ bytes: Span<UInt8>) -> CronSyntaxError {
        let text = shown(value.text, bytes)
        let place = value.text.lowerBound
        if field == .year {
            return refusal(place, bytes, "the year \(text) is outside the calendar", "write a year from \(field.rangeText)")
        }
        if field == .dayOfWeek, layout == 6, (1_000...9_999).contains(value.number) {
            return refusal(
                place, bytes, "\(text) looks like a year, but the sixth of six fields is the day of week",
                "write the year as the seventh field: 0 \(Spelling.shown(trimmed(bytes)))")
        }
        return refusal(place, bytes, "\(field.name) \(text) is out of range", allowed)
    }

    private func trimmed(_ bytes: Span<UInt8>) -> String {
        bytes.text(0..<bytes.count).split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }

    func unknownName(_ word: Range<Int>, _ letters: UInt32, _ bytes: Span<UInt8>) -> CronSyntaxError {
        let text = shown(word, bytes)
        let place = word.lowerBound
        if word.count == 1 {
            switch (field, text) {
            case (.dayOfWeek, "L"), (.dayOfWeek, "l"):
                return refusal(
                    place, bytes, "L needs a weekday before it", "write SATL for the last Saturday of the month, or SAT for every one")
            case (.dayOfMonth, "W"), (.dayOfMonth, "w"):
                return refusal(place, bytes, "W needs a day before it", "write nW, for example 15W, or LW")
            case (.dayOfWeek, "W"), (.dayOfWeek, "w"), (.dayOfWeek, "LW"):
                return misplacedWorkday(nil, bytes, at: place)
            case (_, "h"): return refusal(place, bytes, "h is not in the dialect", "write H for a value drawn from the job's name")
            case _: break
            }
        }
        if field == .dayOfWeek, text.uppercased() == "LW" { return misplacedWorkday(nil, bytes, at: place) }
        if let value = field.value(ofName: letters), word.count > 3 {
            return refusal(
                place, bytes, "names have three letters: \(text)", "write \(field.names[value - (field == .month ? 1 : 0)])")
        }
        guard !field.names.isEmpty else {
            return refusal(place, bytes, "\(text) has no meaning in the \(field.name) field", allowed)
        }
        let nearest = Spelling.nearest(to: text, in: field.names)
        return refusal(place, bytes, "there is no \(field.name) \(text)", nearest.map { "did you mean \($0)?" } ?? allowed)
    }

    // MARK: Steps

    func stepWithoutRange(_ first: Value, _ bytes: Span<UInt8>) -> CronSyntaxError {
        var parser = self
        parser.position += 1
        let start = parser.position
        let number = parser.digits(bytes)
        let value = shown(first.text, bytes)
        let highest = first.isName ? field.names[field.names.count - 1] : "\(field.highest)"
        let message = "\(value)/n means different things to different crons"
        guard first.number < field.highest else { return refusal(position, bytes, message, "write \(value)") }
        let step = (1...field.count).contains(number) ? shown(start..<parser.position, bytes) : "n"
        return refusal(position, bytes, message, "write \(value)-\(highest)/\(step)")
    }

    func badStep(_ bytes: Span<UInt8>) -> CronSyntaxError {
        refusal(position, bytes, "the step is missing or not a number", "write a step from 1 to \(field.count - 1) after /")
    }

    func zeroStep(_ start: Int, _ bytes: Span<UInt8>) -> CronSyntaxError {
        refusal(start, bytes, "a step of 0 never advances", "write a step from 1 to \(field.count - 1)")
    }

    func stepTooLarge(_ start: Int, _ bytes: Span<UInt8>) -> CronSyntaxError {
        refusal(
            start, bytes, "step \(shown(start..<position, bytes)) is larger than the \(field.count) values of the \(field.name) field",
            "the largest useful step is \(field.count - 1)")
    }
}
