import CronSchedule
import JobKit

/// Moments as people read them, on the wall clock of a zone.
enum LocalTime {
    /// For people: to the second, with the offset, for example `2027-03-28T03:00:00+02:00`.
    static func text(_ instant: Instant, in zone: any TimeZoneRules) -> String {
        exact(Instant(seconds: instant.seconds), in: zone)
    }

    /// For programs: to the millisecond where there are any.
    static func exact(_ instant: Instant, in zone: any TimeZoneRules) -> String {
        instant.iso8601(offset: zone.offset(at: instant))
    }

    /// The three-letter weekday there.
    static func weekday(_ instant: Instant, in zone: any TimeZoneRules) -> String {
        let local = instant.seconds + Int64(zone.offset(at: instant))
        let day = (local / 86_400) - (local % 86_400 < 0 ? 1 : 0)
        // 1970-01-01 was a Thursday.
        return ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((day % 7) + 7) % 7)]
    }

    /// How far a moment is: `in 3 h`, `2 d ago`, `now`.
    static func distance(to instant: Instant, from now: Instant) -> String {
        let (difference, overflow) = instant.milliseconds.subtractingReportingOverflow(now.milliseconds)
        guard !overflow else { return "never" }
        let seconds = (abs(difference) + 500) / 1000
        guard seconds > 0 else { return "now" }
        let units: [(limit: Int64, size: Int64, name: String)] = [
            (90, 1, "s"), (90 * 60, 60, "min"), (36 * 3600, 3600, "h"), (.max, 86_400, "d"),
        ]
        guard let unit = units.first(where: { seconds < $0.limit }) else { return "never" }
        let amount = "\((seconds + unit.size / 2) / unit.size) \(unit.name)"
        return difference > 0 ? "in \(amount)" : "\(amount) ago"
    }
}
