/// The rule at the end of a TZif file for all years after its table, in the form of POSIX `TZ` with the extensions of RFC 9636.
///
/// Example: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZoneRule: Sendable, Hashable {
    /// A day of the year and a time on it, as seconds after midnight of the wall clock before the change (-167 h to 167 h).
    struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// `Jn`: 1-365, 29 February is never counted.
            case julian(Int)
            /// `n`: 0-365, 29 February is counted.
            case zeroBased(Int)
            /// `Mm.w.d`: weekday d (0 = Sunday) of week w (5 = last) of month m.
            case weekday(month: Int, week: Int, weekday: Int)
        }
        var day: Day
        var time: Int

        /// Local seconds since 1970-01-01T00:00:00 in `year`.
        func localSeconds(in year: Int) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
            let days =
                switch day {
                case .julian(let number): newYear + number - 1 + (number > 59 && CivilDate.isLeap(year) ? 1 : 0)
                case .zeroBased(let number): newYear + number
                case .weekday(let month, let week, let weekday): Change.day(weekday: weekday, week: week, month: month, year: year)
                }
            return Int64(days) * 86_400 + Int64(time)
        }

        private static func day(weekday: Int, week: Int, month: Int, year: Int) -> Int {
            let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
            let ahead = (weekday - CivilDate.weekday(daysSinceEpoch: first) + 7) % 7
            let day = ahead + 7 * (week - 1)
            return first + (day < CivilDate.length(year: year, month: month) ? day : day - 7)
        }
    }

    /// Seconds east of UTC outside daylight saving time.
    var standard: Int
    /// Daylight saving time, when the zone has it.
    var saving: Saving?

    /// Daylight saving time: seconds east of UTC, beginning and end.
    struct Saving: Sendable, Hashable {
        var offset: Int
        var begins: Change
        var ends: Change
    }

    init(standard: Int) { self.standard = standard }

    /// The changes of offset in the years given, in ascending order.
    func changes(in years: ClosedRange<Int>) -> [(at: Int64, offset: Int)] {
        guard let saving else { return [] }
        var changes: [(at: Int64, offset: Int)] = []
        changes.reserveCapacity(years.count * 2)
        for year in years {
            changes.append((saving.begins.localSeconds(in: year) - Int64(standard), saving.offset))
            changes.append((saving.ends.localSeconds(in: year) - Int64(saving.offset), standard))
        }
        // Saving time that lasts all year ends and begins in the same moment: the beginning comes last and wins.
        changes.sort { $0.at != $1.at ? $0.at < $1.at : $0.offset == standard && $1.offset != standard }
        return changes
    }
}
