package import CronSchedule

extension Instant {
    /// The time from `earlier` to this moment.
    package func since(_ earlier: Instant) -> Duration { .milliseconds(milliseconds - earlier.milliseconds) }
}
