/// SplitMix64, so that a printed seed repeats a run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// A random expression together with the sets of values it means, made at the same time as the text: the tests' own reading of it.
struct RandomExpression: CustomStringConvertible {
    var texts: [String] = []
    var seconds: Set<Int> = [0]
    var minutes: Set<Int> = []
    var hours: Set<Int> = []
    var days: Set<Int> = []
    var months: Set<Int> = []
    var weekdays: Set<Int> = []
    var special: ((_ day: Int, _ weekday: Int, _ length: Int) -> Bool)?
    var specialIsDay = true

    var description: String { texts.joined(separator: " ") }
    private var minuteText: String { texts[texts.count - 5] }
    private var hourText: String { texts[texts.count - 4] }
    private var dayText: String { texts[texts.count - 3] }
    private var weekdayText: String { texts[texts.count - 1] }
    var isInterval: Bool { minuteText.hasPrefix("*") || hourText.hasPrefix("*") }

    /// - Parameter crowded: minutes and hours with many values, so that a short walk meets them.
    init(_ generator: inout SeededGenerator, withSeconds: Bool = false) {
        if withSeconds {
            let (text, set) = RandomExpression.field(0...59, &generator)
            texts.append(text)
            seconds = set
        }
        let (minute, minutes) = RandomExpression.field(0...59, &generator)
        let (hour, hours) = RandomExpression.field(0...23, &generator, starOften: true)
        let (day, days) = RandomExpression.field(1...31, &generator, starOften: true)
        let (month, months) = RandomExpression.field(1...12, &generator, starOften: true)
        let (weekday, weekdays) = RandomExpression.field(0...6, &generator, starOften: true)
        texts += [minute, hour, day, month == "*" || Bool.random(using: &generator) ? "*" : month, weekday]
        (self.minutes, self.hours, self.days, self.weekdays) = (minutes, hours, days, weekdays)
        self.months = texts[texts.count - 2] == "*" ? Set(1...12) : months
        if Int.random(in: 0..<4, using: &generator) == 0 { addSpecial(&generator) }
    }

    private mutating func addSpecial(_ generator: inout SeededGenerator) {
        let weekday = Int.random(in: 0...6, using: &generator)
        let number = Int.random(in: 1...5, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
            texts[texts.count - 3] = "L"
            days = []
            special = { day, _, length in day == length }
        case 1:
            texts[texts.count - 3] = "LW"
            days = []
            special = { day, weekday, length in
                (1...5).contains(weekday) && (day == length || weekday == 5 && day >= length - 2)
            }
        case 2:
            texts[texts.count - 1] = "\(weekday)L"
            weekdays = []
            specialIsDay = false
            special = { day, actual, length in actual == weekday && day > length - 7 }
        case _:
            texts[texts.count - 1] = "\(weekday)#\(number)"
            weekdays = []
            specialIsDay = false
            special = { day, actual, _ in actual == weekday && (day - 1) / 7 + 1 == number }
        }
    }

    private static func field(_ range: ClosedRange<Int>, _ generator: inout SeededGenerator, starOften: Bool = false) -> (String, Set<Int>)
    {
        if starOften, Int.random(in: 0..<3, using: &generator) > 0 { return ("*", Set(range)) }
        var texts: [String] = []
        var values: Set<Int> = []
        for _ in 0...Int.random(in: 0...2, using: &generator) {
            let (text, set) = item(range, &generator)
            texts.append(text)
            values.formUnion(set)
        }
        return (texts.joined(separator: ","), values)
    }

    private static func item(_ range: ClosedRange<Int>, _ generator: inout SeededGenerator) -> (String, Set<Int>) {
        let ends = [Int.random(in: range, using: &generator), Int.random(in: range, using: &generator)].sorted()
        let step = Int.random(in: 1...range.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return ("*/\(step)", Set(stride(from: range.lowerBound, through: range.upperBound, by: step)))
        case 1: return ("\(ends[0])-\(ends[1])", Set(ends[0]...ends[1]))
        case 2: return ("\(ends[0])-\(ends[1])/\(step)", Set(stride(from: ends[0], through: ends[1], by: step)))
        case _: return ("\(ends[0])", [ends[0]])
        }
    }

    /// Whether a time on the wall clock matches, straight from the rules.
    func matches(_ time: WallTime) -> Bool {
        guard seconds.contains(time.second), minutes.contains(time.minute), hours.contains(time.hour), months.contains(time.month) else {
            return false
        }
        let isSpecial = special.map { $0(time.day, time.weekday, time.monthLength) } ?? false
        let day = days.contains(time.day) || specialIsDay && isSpecial
        let weekday = weekdays.contains(time.weekday) || !specialIsDay && isSpecial
        let bothRestricted = !dayText.hasPrefix("*") && !weekdayText.hasPrefix("*")
        return bothRestricted ? day || weekday : day && weekday
    }
}
