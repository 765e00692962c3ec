/// Reads ISO 8601 date and time text, with or without an offset from UTC.
struct LocalTimeReader {
    /// Whether the text must, may or must not end in an offset.
    enum Zone { case required, optional }

    /// What was read: seconds of the wall clock since 1970-01-01T00:00:00, its fraction, and the offset when one was written.
    struct Reading {
        var localSeconds: Int64
        var millisecond: Int
        var offset: Int?
    }

    private var position = 0

    /// Reads the whole of `text`, or returns nil.
    static func read(_ text: String, zone: Zone) -> Reading? {
        guard text.utf8.count <= 40 else { return nil }
        var reader = LocalTimeReader()
        let bytes = Array(text.utf8)
        guard var reading = reader.dateAndTime(bytes) else { return nil }
        reading.offset = reader.offset(bytes)
        guard reader.position == bytes.count, reading.offset != nil || zone == .optional else { return nil }
        return reading
    }

    private mutating func dateAndTime(_ bytes: [UInt8]) -> Reading? {
        guard let year = number(bytes, digits: 4), take(bytes, "-"), let month = number(bytes, digits: 2), take(bytes, "-"),
            let day = number(bytes, digits: 2), (1...12).contains(month), day >= 1, day <= CivilDate.length(year: year, month: month)
        else { return nil }
        guard take(bytes, "T") || take(bytes, " "), let hour = number(bytes, digits: 2), take(bytes, ":"),
            let minute = number(bytes, digits: 2), hour < 24, minute < 60
        else { return nil }
        var second = 0
        var millisecond = 0
        if take(bytes, ":") {
            guard let value = number(bytes, digits: 2), value < 60 else { return nil }
            second = value
            if take(bytes, ".") {
                guard let value = fraction(bytes) else { return nil }
                millisecond = value
            }
        }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        return Reading(localSeconds: Int64(days * 86_400 + hour * 3_600 + minute * 60 + second), millisecond: millisecond)
    }

    /// One to nine digits after the point; what lies below a millisecond is dropped.
    private mutating func fraction(_ bytes: [UInt8]) -> Int? {
        var value = 0
        var digits = 0
        while position < bytes.count, case let digit = Int(bytes[position]) - 48, (0...9).contains(digit), digits < 9 {
            if digits < 3 { value = value * 10 + digit }
            digits += 1
            position += 1
        }
        guard digits > 0 else { return nil }
        for _ in digits..<max(digits, 3) { value *= 10 }
        return value
    }

    private mutating func offset(_ bytes: [UInt8]) -> Int? {
        if take(bytes, "Z") || take(bytes, "z") { return 0 }
        let sign = take(bytes, "+") ? 1 : take(bytes, "-") ? -1 : 0
        guard sign != 0, let hours = number(bytes, digits: 2) else { return nil }
        var size = hours * 3_600
        if take(bytes, ":") || position < bytes.count {
            guard let minutes = number(bytes, digits: 2), minutes < 60 else { return nil }
            size += minutes * 60
        }
        if take(bytes, ":") {
            guard let seconds = number(bytes, digits: 2), seconds < 60 else { return nil }
            size += seconds
        }
        return hours < 27 ? sign * size : nil
    }

    private mutating func number(_ bytes: [UInt8], digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + digits] {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte) - 48
        }
        position += digits
        return value
    }

    private mutating func take(_ bytes: [UInt8], _ letter: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: letter) else { return false }
        position += 1
        return true
    }
}
