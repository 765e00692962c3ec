/// Date and time on a wall clock, without a zone.
struct LocalTime: Sendable, Hashable {
    var date: CivilDate
    var hour: Int
    var minute: Int
    var second: Int

    /// Splits a count of seconds that a wall clock shows, measured from 1970-01-01T00:00:00 on the same clock.
    init(localSeconds: Int64) {
        let day = localSeconds.flooredQuotient(86_400)
        let secondOfDay = Int(localSeconds - day * 86_400)
        date = CivilDate(daysSinceEpoch: Int(day))
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// 0 = Sunday.
    var weekday: Int { CivilDate.weekday(daysSinceEpoch: date.daysSinceEpoch) }

    /// `2027-03-28`.
    var dateText: String {
        var text: [UInt8] = []
        appendDate(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// `02:30`, with seconds only when they are not zero.
    var shortTime: String {
        var text: [UInt8] = []
        appendTime(to: &text)
        if second == 0 { text.removeLast(3) }
        return String(decoding: text, as: UTF8.self)
    }

    func appendDate(to text: inout [UInt8]) {
        text.appendDecimal(date.year, digits: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(date.month, digits: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(date.day, digits: 2)
    }

    func appendTime(to text: inout [UInt8]) {
        text.appendDecimal(hour, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(minute, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(second, digits: 2)
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity; `divisor` is positive.
    @inline(__always)
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient &- 1 : quotient
    }
}
