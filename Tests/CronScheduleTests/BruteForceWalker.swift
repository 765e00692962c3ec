import CronSchedule

/// A time on a wall clock, counted out day by day: nothing is shared with the engine.
struct WallTime: Hashable {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    var weekday: Int
    var monthLength: Int

    private static let days: [(year: Int, month: Int, day: Int, length: Int)] = {
        var days: [(Int, Int, Int, Int)] = []
        for year in 1_970...2_200 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in lengths.enumerated() {
                for day in 1...length { days.append((year, month + 1, day, length)) }
            }
        }
        return days
    }()

    /// - Parameter local: seconds that the clock shows, since 1970-01-01T00:00:00.
    init(local: Int64) {
        let number = Int(local / 86_400)
        let time = Int(local % 86_400)
        let date = WallTime.days[number]
        (year, month, day, monthLength) = (date.year, date.month, date.day, date.length)
        (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60)
        weekday = (number + 4) % 7
    }
}

/// Finds occurrences by going through real time in steps and asking at each whether it is one.
struct BruteForceWalker {
    var expression: RandomExpression
    var zone: SystemTimeZone
    /// 60, or 1 for expressions with seconds.
    var step: Int64 = 60

    /// All occurrences in the range of seconds since the epoch; both ends lie on whole steps.
    func occurrences(in range: Range<Int64>) -> [Int64] {
        var found: [Int64] = []
        // What the clock has shown in the two days before decides what is a repeat.
        let before = range.lowerBound - 2 * 86_400
        var shown = before + offset(before) - step
        var now = before
        while now < range.upperBound {
            let local = now + offset(now)
            if isOccurrence(local, after: shown), now >= range.lowerBound { found.append(now) }
            shown = max(shown, local)
            now += step
        }
        return found
    }

    /// - Parameter shown: the latest time that the clock has shown so far.
    private func isOccurrence(_ local: Int64, after shown: Int64) -> Bool {
        if expression.isInterval { return expression.matches(WallTime(local: local)) }
        guard local > shown else { return false }
        if expression.matches(WallTime(local: local)) { return true }
        let missing = local - shown - step
        guard missing > 0, missing < 3 * 3_600 else { return false }
        return stride(from: shown + step, to: local, by: Int(step)).contains { expression.matches(WallTime(local: $0)) }
    }

    private func offset(_ seconds: Int64) -> Int64 { Int64(zone.offset(at: Instant(seconds: seconds))) }
}
