/// Reads the text of a ``PosixZoneRule``.
struct PosixZoneRuleReader {
    private let bytes: [UInt8]
    private var position = 0

    /// The rule in `bytes`, or nil when the text is not one.
    static func read(_ bytes: some Sequence<UInt8>) -> PosixZoneRule? {
        var reader = PosixZoneRuleReader(bytes: Array(bytes))
        guard let rule = reader.rule(), reader.position == reader.bytes.count else { return nil }
        return rule
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func rule() -> PosixZoneRule? {
        guard skipName(), let west = time(limit: 24) else { return nil }
        var rule = PosixZoneRule(standard: -west)
        guard current != nil else { return rule }
        guard skipName() else { return nil }
        var offset = 3_600 - west
        if current != UInt8(ascii: ","), current != nil {
            guard let west = time(limit: 24) else { return nil }
            offset = -west
        }
        guard let begins = change(), let ends = change() else { return nil }
        rule.saving = PosixZoneRule.Saving(offset: offset, begins: begins, ends: ends)
        return rule
    }

    /// `CEST` or `<+01>`.
    private mutating func skipName() -> Bool {
        let quoted = take("<")
        let start = position
        while let byte = current, isLetter(byte) || quoted && (isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) {
            position += 1
        }
        guard position - start >= 3 else { return false }
        return !quoted || take(">")
    }

    /// `,M3.5.0/2`, `,J60`, `,59/1:30`.
    private mutating func change() -> PosixZoneRule.Change? {
        guard take(","), let day = day() else { return nil }
        var time = 2 * 3_600
        if take("/") {
            guard let value = self.time(limit: 167) else { return nil }
            time = value
        }
        return PosixZoneRule.Change(day: day, time: time)
    }

    private mutating func day() -> PosixZoneRule.Change.Day? {
        if take("J") { return number(in: 1...365).map { .julian($0) } }
        guard take("M") else { return number(in: 0...365).map { .zeroBased($0) } }
        guard let month = number(in: 1...12), take("."), let week = number(in: 1...5), take("."), let weekday = number(in: 0...6) else {
            return nil
        }
        return .weekday(month: month, week: week, weekday: weekday)
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private mutating func time(limit: Int) -> Int? {
        let sign = take("-") ? -1 : take("+") ? 1 : 1
        guard let hours = number(in: 0...limit) else { return nil }
        var size = hours * 3_600
        if take(":") {
            guard let minutes = number(in: 0...59) else { return nil }
            size += minutes * 60
            if take(":") {
                guard let seconds = number(in: 0...59) else { return nil }
                size += seconds
            }
        }
        return sign * size
    }

    private mutating func number(in range: ClosedRange<Int>) -> Int? {
        let start = position
        var value = 0
        while let byte = current, isDigit(byte), position - start < 3 {
            value = value * 10 + Int(byte - 48)
            position += 1
        }
        return position > start && range.contains(value) ? value : nil
    }

    private mutating func take(_ letter: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: letter) else { return false }
        position += 1
        return true
    }

    private func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xDF) }
    private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
