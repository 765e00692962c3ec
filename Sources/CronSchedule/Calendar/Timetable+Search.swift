/// The search on a wall clock that knows no zone: every local second exists once.
extension Timetable {
    /// What a search returns when the calendar ends before the next slot.
    static let noneAfter: Int64 = .max
    /// What a search returns when the calendar begins after the last slot.
    static let noneBefore: Int64 = .min

    /// The first slot at or after `local`, in local seconds since 1970-01-01T00:00:00, or ``noneAfter``.
    @inline(__always)
    func firstSlot(from local: Int64) -> Int64 {
        if local >= Timetable.endOfCalendar &* 86_400 { return Timetable.noneAfter }
        let start = Int(max(local, 0))
        let day = start / 86_400
        let second = start &- day &* 86_400
        let date = CivilDate(daysSinceEpoch: day)
        let length = CivilDate.length(year: date.year, month: date.month)
        var later: UInt32 = 0
        if years.contains(date.year) && months &>> UInt32(truncatingIfNeeded: date.month) & 1 == 1 {
            let firstWeekday = CivilDate.weekday(daysSinceEpoch: day &- date.day &+ 1)
            let matching = matchingDays(first: firstWeekday, length: length) &>> UInt32(truncatingIfNeeded: date.day)
            if matching & 1 == 1, case let time = firstTime(from: second), time >= 0 { return Int64(day &* 86_400 &+ time) }
            later = matching & ~1
        }
        let days = later != 0 ? day &+ later.trailingZeroBitCount : firstDay(afterMonth: date.month, of: date.year)
        return days < 0 ? Timetable.noneAfter : Int64(days &* 86_400 &+ earliestTime)
    }

    /// The last slot at or before `local`, or ``noneBefore``.
    func lastSlot(through local: Int64) -> Int64 {
        if local < 0 { return Timetable.noneBefore }
        let start = Int(min(local, Timetable.endOfCalendar * 86_400 - 1))
        let day = start / 86_400
        let date = CivilDate(daysSinceEpoch: day)
        var earlier: UInt32 = 0
        if years.contains(date.year) && months >> UInt32(date.month) & 1 == 1 {
            let length = CivilDate.length(year: date.year, month: date.month)
            let matching = matchingDays(first: CivilDate.weekday(daysSinceEpoch: day - date.day + 1), length: length)
            let time = lastTime(through: start - day * 86_400)
            if matching >> UInt32(date.day) & 1 == 1, time >= 0 { return Int64(day * 86_400 + time) }
            earlier = matching & ((1 << UInt32(date.day)) - 1)
        }
        let days = earlier != 0 ? day - date.day + 31 - earlier.leadingZeroBitCount : lastDay(beforeMonth: date.month, of: date.year)
        return days < 0 ? Timetable.noneBefore : Int64(days * 86_400 + latestTime)
    }

    // MARK: Days, as counts since 1970-01-01; -1 = none

    /// Looks through at most the 2,760 months of the calendar.
    private func firstDay(afterMonth month: Int, of year: Int) -> Int {
        var rest = years.contains(year) ? months & (~UInt32(1) &<< UInt32(truncatingIfNeeded: month)) : 0
        var year = year
        while true {
            while rest != 0 {
                let month = rest.trailingZeroBitCount
                let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
                let length = CivilDate.length(year: year, month: month)
                let matching = matchingDays(first: CivilDate.weekday(daysSinceEpoch: first), length: length)
                if matching != 0 { return first &+ matching.trailingZeroBitCount &- 1 }
                rest &= rest &- 1
            }
            guard let following = years.first(from: year &+ 1) else { return -1 }
            year = following
            rest = months
        }
    }

    private func lastDay(beforeMonth month: Int, of year: Int) -> Int {
        var rest = years.contains(year) ? months & ((1 << UInt32(month)) - 1) : 0
        var year = year
        while true {
            while rest != 0 {
                let month = 31 - rest.leadingZeroBitCount
                let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
                let length = CivilDate.length(year: year, month: month)
                let matching = matchingDays(first: CivilDate.weekday(daysSinceEpoch: first), length: length)
                if matching != 0 { return first + 30 - matching.leadingZeroBitCount }
                rest &= ~(1 << UInt32(month))
            }
            guard let preceding = years.last(through: year - 1) else { return -1 }
            year = preceding
            rest = months
        }
    }

    // MARK: Times of day, in seconds since midnight; -1 = none

    @inline(__always)
    var earliestTime: Int {
        hours.trailingZeroBitCount &* 3_600 &+ minutes.trailingZeroBitCount &* 60 &+ seconds.trailingZeroBitCount
    }

    private var latestTime: Int {
        (31 - hours.leadingZeroBitCount) * 3_600 + (63 - minutes.leadingZeroBitCount) * 60 + 63 - seconds.leadingZeroBitCount
    }

    @inline(__always)
    private func firstTime(from time: Int) -> Int {
        let clock = UInt32(truncatingIfNeeded: time)
        let hour = clock / 3_600
        let minute = clock / 60 &- hour &* 60
        let second = clock &- clock / 60 &* 60
        if hours &>> hour & 1 == 1 {
            let due = minutes &>> UInt64(minute)
            let rest = seconds & (.max &<< UInt64(second))
            if due & 1 == 1 && rest != 0 { return time &- Int(second) &+ rest.trailingZeroBitCount }
            let later = due & ~1
            if later != 0 {
                return Int(hour) &* 3_600 &+ (Int(minute) &+ later.trailingZeroBitCount) &* 60 &+ seconds.trailingZeroBitCount
            }
        }
        let later = hours & (~UInt32(1) &<< hour)
        if later == 0 { return -1 }
        return later.trailingZeroBitCount &* 3_600 &+ minutes.trailingZeroBitCount &* 60 &+ seconds.trailingZeroBitCount
    }

    private func lastTime(through time: Int) -> Int {
        let hour = time / 3_600
        let minute = time / 60 % 60
        if hours >> UInt32(hour) & 1 == 1 {
            let rest = seconds & (.max >> UInt64(63 - time % 60))
            if minutes >> UInt64(minute) & 1 == 1, rest != 0 { return time - time % 60 + 63 - rest.leadingZeroBitCount }
            let earlier = minutes & ((1 << UInt64(minute)) - 1)
            if earlier != 0 { return hour * 3_600 + (63 - earlier.leadingZeroBitCount) * 60 + 63 - seconds.leadingZeroBitCount }
        }
        let earlier = hours & ((1 << UInt32(hour)) - 1)
        guard earlier != 0 else { return -1 }
        return (31 - earlier.leadingZeroBitCount) * 3_600 + (63 - minutes.leadingZeroBitCount) * 60 + 63 - seconds.leadingZeroBitCount
    }
}
