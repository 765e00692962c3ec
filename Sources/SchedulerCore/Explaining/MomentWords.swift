import CronSchedule
import JobKit

/// Moments and spans of time as sentences need them.
struct MomentWords {
    let zone: any TimeZoneRules
    let now: Instant

    /// To the second, on the wall clock of the zone, for example `2027-03-28T03:00:00+02:00`.
    func text(_ instant: Instant) -> String { Instant(seconds: instant.seconds).iso8601(offset: zone.offset(at: instant)) }

    func text(_ slot: Slot) -> String {
        switch slot {
        case .instant(let instant): text(instant)
        case .boot(let id): "the boot \(id)"
        }
    }

    /// `3 h ago`, `in 20 s`.
    func distance(to instant: Instant) -> String {
        let (difference, overflow) = instant.milliseconds.subtractingReportingOverflow(now.milliseconds)
        guard !overflow else { return "never" }
        return difference > 0 ? "in \(Self.span(difference))" : "\(Self.span(0 - difference)) ago"
    }

    /// `2 ms`, `3.2 s`, `4 min`, `3 h`, `2 d`.
    static func span(_ milliseconds: Int64) -> String {
        let span = milliseconds.magnitude
        switch span {
        case ..<1000: return "\(span) ms"
        case ..<10_000: return span.isMultiple(of: 1000) ? "\(span / 1000) s" : "\(span / 1000).\(span % 1000 / 100) s"
        case ..<90_000: return "\((span + 500) / 1000) s"
        case ..<5_400_000: return "\((span + 30_000) / 60_000) min"
        case ..<129_600_000: return "\((span + 1_800_000) / 3_600_000) h"
        default: return "\((span + 43_200_000) / 86_400_000) d"
        }
    }

    static func late(_ milliseconds: Int64) -> String { milliseconds > 0 ? "\(span(milliseconds)) late" : "on time" }

    /// The time of the day that a clock with this offset shows.
    static func wallTime(_ instant: Instant, offset: Int) -> String {
        let text = instant.iso8601(offset: offset)
        let time = text.dropFirst(11).prefix(8)
        return String(time.hasSuffix(":00") ? time.dropLast(3) : time)
    }
}
