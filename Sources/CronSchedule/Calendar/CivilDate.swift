/// A date of the proleptic Gregorian calendar and its count of days since 1970-01-01.
///
/// The conversions are the integer formulas of Howard Hinnant, "chrono-compatible low-level date algorithms":
/// the year begins on 1 March, so that the leap day comes last, and 400 years are 146,097 days.
struct CivilDate: Sendable, Hashable {
    var year: Int
    /// 1-12.
    var month: Int
    /// 1-31.
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date that lies `days` after 1970-01-01.
    @inline(__always)
    init(daysSinceEpoch days: Int) {
        let shifted = days &+ 719_468
        let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
        let dayOfEra = UInt32(truncatingIfNeeded: shifted &- era &* 146_097)
        let yearOfEra = (dayOfEra &- dayOfEra / 1_460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
        day = Int(dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9)
        year = Int(yearOfEra) &+ era &* 400 &+ (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; negative before.
    @inline(__always)
    var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year &- 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear &- 399) / 400
        let yearOfEra = UInt32(truncatingIfNeeded: shiftedYear &- era &* 400)
        let shiftedMonth = UInt32(truncatingIfNeeded: month > 2 ? month &- 3 : month &+ 9)
        let dayOfYear = (153 &* shiftedMonth &+ 2) / 5 &+ UInt32(truncatingIfNeeded: day) &- 1
        let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
        return era &* 146_097 &+ Int(dayOfEra) &- 719_468
    }

    /// The weekday of a count of days since 1970-01-01, 0 = Sunday.
    @inline(__always)
    static func weekday(daysSinceEpoch days: Int) -> Int {
        let rest = (days &+ 4) % 7
        return rest < 0 ? rest &+ 7 : rest
    }

    /// Whether `year` has a 29 February.
    @inline(__always)
    static func isLeap(_ year: Int) -> Bool {
        year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The number of days of a month.
    @inline(__always)
    static func length(year: Int, month: Int) -> Int {
        if month == 2 { return isLeap(year) ? 29 : 28 }
        return 30 | (month ^ (month &>> 3)) & 1
    }
}
