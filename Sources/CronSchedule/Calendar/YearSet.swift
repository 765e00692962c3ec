/// A set of the years 1970-2199.
struct YearSet: Sendable, Hashable {
    private var words: SIMD4<UInt64>

    static let empty = YearSet(words: .zero)
    static let all: YearSet = {
        var set = YearSet.empty
        for year in Timetable.firstYear...Timetable.lastYear { set.insert(year) }
        return set
    }()

    private init(words: SIMD4<UInt64>) { self.words = words }

    mutating func insert(_ year: Int) {
        let bit = year - Timetable.firstYear
        words[bit >> 6] |= 1 << UInt64(bit & 63)
    }

    /// Whether the set holds `year`, which is one of 1970-2199.
    @inline(__always)
    func contains(_ year: Int) -> Bool {
        let bit = year &- Timetable.firstYear
        return words[bit &>> 6] &>> UInt64(truncatingIfNeeded: bit & 63) & 1 == 1
    }

    /// The first year of the set at or after `year`, or nil.
    func first(from year: Int) -> Int? {
        guard year <= Timetable.lastYear else { return nil }
        let bit = max(year - Timetable.firstYear, 0)
        var word = bit >> 6
        var rest = words[word] & (.max << UInt64(bit & 63))
        while rest == 0 {
            word += 1
            guard word < 4 else { return nil }
            rest = words[word]
        }
        return Timetable.firstYear + word << 6 + rest.trailingZeroBitCount
    }

    /// The last year of the set at or before `year`, or nil.
    func last(through year: Int) -> Int? {
        guard year >= Timetable.firstYear else { return nil }
        let bit = min(year, Timetable.lastYear) - Timetable.firstYear
        var word = bit >> 6
        var rest = words[word] & (.max >> UInt64(63 - bit & 63))
        while rest == 0 {
            word -= 1
            guard word >= 0 else { return nil }
            rest = words[word]
        }
        return Timetable.firstYear + word << 6 + 63 - rest.leadingZeroBitCount
    }
}
