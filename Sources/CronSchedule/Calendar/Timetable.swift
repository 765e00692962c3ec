/// The fields of an expression as bit sets.
struct Timetable: Sendable, Hashable {
    /// Bits 0-59.
    var seconds: UInt64 = 1
    /// Bits 0-59.
    var minutes: UInt64 = 0
    /// Bits 0-23.
    var hours: UInt32 = 0
    /// Bits 1-31.
    var days: UInt32 = 0
    /// Bits 1-12.
    var months: UInt32 = 0
    /// Bits 0-6, 0 = Sunday.
    var weekdays: UInt32 = 0
    /// Bits 0-6: the last such weekday of the month (`5L`, `FRIL`, `5#L`).
    var lastWeekdays: UInt32 = 0
    /// Bit 8·(n − 1) + weekday: the n-th such weekday of the month (`5#2`).
    var nthWeekdays: UInt64 = 0
    /// `15W`: the Monday-to-Friday nearest to that day; 0 = none.
    var nearestWorkday: UInt8 = 0
    var marks: Marks = []
    var years = YearSet.all

    struct Marks: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        /// `L` in day of month.
        static let lastDay = Marks(rawValue: 1)
        /// `LW` in day of month.
        static let lastWorkday = Marks(rawValue: 2)
        /// The text of day of month neither begins with `*` nor is `?`.
        static let daysRestricted = Marks(rawValue: 4)
        /// The text of day of week neither begins with `*` nor is `?`.
        static let weekdaysRestricted = Marks(rawValue: 8)
        /// The text of the minute or of the hour field begins with `*`.
        static let interval = Marks(rawValue: 16)
        /// There is an `L`, `LW`, `nW`, `dL` or `d#n`.
        static let special = Marks(rawValue: 32)
        static let bothRestricted: Marks = [.daysRestricted, .weekdaysRestricted]
    }

    static let allDays: UInt32 = 0xFFFF_FFFE
    static let allWeekdays: UInt32 = 0x7F
    static let firstYear = 1_970
    static let lastYear = 2_199
    /// Days from 1970-01-01 to 2200-01-01.
    static let endOfCalendar: Int64 = 84_006

    /// The days of a month that match, as bits 1-31.
    /// - Parameters:
    ///   - first: the weekday of the first of the month, 0 = Sunday.
    ///   - length: the number of days of the month.
    @inline(__always)
    func matchingDays(first: Int, length: Int) -> UInt32 {
        let month = UInt32(truncatingIfNeeded: (UInt64(2) &<< UInt64(truncatingIfNeeded: length)) &- 2)
        if weekdays == Timetable.allWeekdays && days == Timetable.allDays && !marks.contains(.bothRestricted) { return month }
        var byWeekday = Timetable.spread(weekdays, first: first)
        var byDay = days
        if marks.contains(.special) {
            byDay |= specialDays(first: first, length: length)
            byWeekday |= specialWeekdays(first: first, length: length)
        }
        return month & (marks.contains(.bothRestricted) ? byDay | byWeekday : byDay & byWeekday)
    }

    /// Every day whose weekday is in the set, as bits 1-35.
    @inline(__always)
    private static func spread(_ weekdays: UInt32, first: Int) -> UInt32 {
        let week = UInt64(weekdays) | UInt64(weekdays) &<< 7
        let rotated = (week &>> UInt64(truncatingIfNeeded: first)) & 0x7F
        return UInt32(truncatingIfNeeded: (rotated &* 0x1020_4081) &<< 1)
    }

    private func specialDays(first: Int, length: Int) -> UInt32 {
        var found: UInt32 = 0
        if marks.contains(.lastDay) { found |= 1 << UInt32(length) }
        if marks.contains(.lastWorkday) { found |= 1 << UInt32(Timetable.workday(nearest: length, first: first, length: length)) }
        if nearestWorkday > 0, nearestWorkday <= length {
            found |= 1 << UInt32(Timetable.workday(nearest: Int(nearestWorkday), first: first, length: length))
        }
        return found
    }

    /// The Monday-to-Friday nearest to `day` within the month.
    private static func workday(nearest day: Int, first: Int, length: Int) -> Int {
        switch (first + day - 1) % 7 {
        case 6: day == 1 ? 3 : day - 1
        case 0: day == length ? day - 2 : day + 1
        case _: day
        }
    }

    private func specialWeekdays(first: Int, length: Int) -> UInt32 {
        var found: UInt32 = 0
        for week in 0..<5 {
            let wanted = UInt32(truncatingIfNeeded: nthWeekdays >> UInt64(8 * week)) & 0x7F
            guard wanted != 0 else { continue }
            found |= Timetable.spread(wanted, first: first) & (0x7F << UInt32(7 * week + 1))
        }
        if lastWeekdays != 0 {
            found |= Timetable.spread(lastWeekdays, first: first) & (0x7F << UInt32(length - 6))
        }
        return found
    }
}
