/// The keys of a job file that say when: `schedule`, `timezone`, `dst_gap`, `jitter`.
package struct Timing: Sendable, Hashable, Codable {
    /// What becomes of a slot inside the hour that a clock leaps over.
    package enum DSTGap: String, Sendable, Hashable, Codable, CaseIterable {
        /// It runs right after the gap.
        case run
        /// It is dropped.
        case skip
    }

    /// Cron expressions as written; none: only by hand, or after other jobs.
    package var schedules: [String]
    /// A name such as `Europe/Berlin`; nil for the machine's own zone.
    package var timezone: String?
    package var dstGap: DSTGap
    /// The span in which a stable offset is drawn from host and job.
    package var jitter: Duration

    /// Times by their defaults: no schedule.
    package init(schedules: [String] = [], timezone: String? = nil, dstGap: DSTGap = .run, jitter: Duration = .zero) {
        self.schedules = schedules
        self.timezone = timezone
        self.dstGap = dstGap
        self.jitter = jitter
    }
}
