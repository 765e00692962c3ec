package import CronSchedule
package import SchedulerCore

/// How a job's last run ended, dry runs left out.
package struct JobOutcome: Sendable, Hashable {
    package var result: RunState?
    package var end: Instant?
    /// The last end that was good: succeeded, or with a warning.
    package var success: Instant?

    package init(result: RunState? = nil, end: Instant? = nil, success: Instant? = nil) {
        self.result = result
        self.end = end
        self.success = success
    }

    /// A run has ended.
    package mutating func take(_ run: Run) {
        result = run.state
        end = run.endedAt
        if run.state == .succeeded || run.state == .warning { success = run.endedAt }
    }

    /// This, and where it says nothing what was before.
    package func completed(by earlier: JobOutcome?) -> JobOutcome {
        JobOutcome(result: result ?? earlier?.result, end: end ?? earlier?.end, success: success ?? earlier?.success)
    }
}
