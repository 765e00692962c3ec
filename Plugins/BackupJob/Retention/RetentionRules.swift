package import JobKit

/// Which points stay: each rule keeps some, and what any rule keeps is kept.
package struct RetentionRules: Sendable, Hashable {
    /// The most of a count or of days.
    private static let range = 1...100_000

    /// So many of the newest good points.
    let last: Int?
    /// Points of the last so many times 24 hours.
    let days: Int?
    /// The newest good point of each of so many days, weeks, months and years that have one.
    let periods: [(period: CalendarPeriod, count: Int)]
    /// So many good points are never removed, whatever the other rules say.
    let minimumGood: Int
    /// Of the good points, the largest share that may go at once, in percent.
    let mostRemoved: Int

    package init(from section: inout SettingsSection) {
        last = section.optionalInteger("last", in: Self.range, help: "Keep so many of the newest good points.")
        days = section.optionalInteger("days", in: Self.range, help: "Keep the points of so many days.")
        periods = CalendarPeriod.allCases.compactMap { period in
            section.optionalInteger(
                period.setting, in: Self.range, help: "Keep the newest good point of each of so many \(period.plural) that have one."
            ).map { (period, $0) }
        }
        minimumGood = section.integer(
            "minimum_good", in: Self.range, default: 3, help: "So many of the newest good points stay, whatever the other rules say.")
        mostRemoved = section.integer(
            "most_removed", in: 1...100, default: 50,
            help: "When more than this share of the good points would go at once, in percent, none goes and the run is a warning.")
    }

    /// Whether no rule says what stays.
    var isEmpty: Bool { last == nil && days == nil && periods.isEmpty }

    init(last: Int? = nil, days: Int? = nil, periods: [(CalendarPeriod, Int)] = [], minimumGood: Int = 1, mostRemoved: Int = 100) {
        self.last = last
        self.days = days
        self.periods = periods.map { (period: $0.0, count: $0.1) }
        self.minimumGood = minimumGood
        self.mostRemoved = mostRemoved
    }

    /// Each rule with its number, in a fixed order.
    private var numbers: [Int] {
        [last ?? 0, days ?? 0, minimumGood, mostRemoved]
            + CalendarPeriod.allCases.map { period in
                periods.first { $0.period == period }?.count ?? 0
            }
    }

    package static func == (one: Self, other: Self) -> Bool { one.numbers == other.numbers }

    package func hash(into hasher: inout Hasher) { hasher.combine(numbers) }
}
