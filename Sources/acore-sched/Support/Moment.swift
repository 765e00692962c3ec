import CronSchedule
import FoundationEssentials

/// The wall clock, for commands that look once.
enum Moment {
    static var now: Instant { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }
}
