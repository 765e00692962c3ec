/// A period of the calendar, in UTC, of which a rule keeps one point each.
enum CalendarPeriod: String, CaseIterable, Sendable {
    case daily
    case weekly
    case monthly
    case yearly

    /// Its name in the settings.
    var setting: String { rawValue }

    /// For sentences.
    var plural: String {
        switch self {
        case .daily: "days"
        case .weekly: "weeks"
        case .monthly: "months"
        case .yearly: "years"
        }
    }

    /// The number of the period that holds a moment; later periods have larger numbers. Weeks begin on Monday.
    /// - Parameter seconds: since 1970, in UTC.
    func number(of seconds: Int64) -> Int64 {
        let day = Self.floor(seconds, 86_400)
        return switch self {
        case .daily: day
        // The first day of 1970 was a Thursday.
        case .weekly: Self.floor(day + 3, 7)
        case .monthly: Self.month(of: day)
        case .yearly: Self.floor(Self.month(of: day), 12)
        }
    }

    /// Months since the year 0 of the Gregorian calendar, from days since 1970: years are taken to begin in March, so that the leap day is
    /// the last of its year, and 153 days make five months.
    private static func month(of day: Int64) -> Int64 {
        let fromMarch = day + 719_468
        let era = floor(fromMarch, 146_097)
        let dayOfEra = fromMarch - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        return (era * 400 + yearOfEra) * 12 + (5 * dayOfYear + 2) / 153 + 2
    }

    private static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
        number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
    }
}
