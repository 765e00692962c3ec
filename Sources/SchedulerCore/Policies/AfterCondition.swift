package import CronSchedule

/// The key `after:`: whether all of these jobs succeeded since this job's last start.
package enum AfterCondition {
    /// - Parameters:
    ///   - lastStart: of the job itself; nil when it never started.
    ///   - successes: last successful end per job.
    /// - Returns: the jobs that are still missing, in the order of the file; empty when the condition holds.
    package static func missing(after jobs: [String], lastStart: Instant?, successes: [String: Instant]) -> [String] {
        jobs.filter { job in
            guard let success = successes[job] else { return true }
            guard let lastStart else { return false }
            return success <= lastStart
        }
    }
}
