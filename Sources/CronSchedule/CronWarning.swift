/// Something in an accepted expression that is probably not what was meant.
public struct CronWarning: Sendable, Hashable {
    /// What was noticed; the raw value is stable and stands in JSON.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The schedule has no occurrence, or none after the moment asked about.
        case neverFires = "never_fires"
        /// The sixth of six fields has four digits, like a year.
        case looksLikeYear = "looks_like_year"
        /// The first of six fields is `*`: every second.
        case everySecond = "every_second"
        /// Both day fields are restricted: either matches.
        case eitherDay = "either_day"
        /// `*/n` in one day field, the other is restricted: both must match.
        case bothDays = "both_days"
        /// Slots between 00:00 and 03:59 in a zone that changes its clock.
        case clockChange = "clock_change"
    }

    /// What was noticed.
    public let code: Code
    /// 1-based place inside the expression, in Unicode scalars.
    public let column: Int
    /// What it means, in one sentence.
    public let message: String
    /// What to write if something else was meant.
    public let fix: String

    /// A warning at `column`.
    public init(code: Code, column: Int, message: String, fix: String) {
        self.code = code
        self.column = column
        self.message = message
        self.fix = fix
    }
}
