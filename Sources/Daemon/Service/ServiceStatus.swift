package import CronSchedule
package import SchedulerCore

/// What `systemctl status` shows of a daemon.
package struct ServiceStatus: Sendable, Hashable, CustomStringConvertible {
    package var jobs: Int
    /// Runs that have a process.
    package var running: Int
    /// Runs that wait for their turn.
    package var queued: Int
    package var nextDue: Instant?

    package init(jobs: Int, running: Int, queued: Int = 0, nextDue: Instant?) {
        self.jobs = jobs
        self.running = running
        self.queued = queued
        self.nextDue = nextDue
    }

    package init(_ scheduler: Scheduler) {
        self.init(
            jobs: scheduler.jobCount, running: scheduler.liveCount, queued: scheduler.queuedCount, nextDue: scheduler.nextAlarm)
    }

    package var description: String {
        let queue = queued == 0 ? "" : ", \(queued) waiting"
        let next = nextDue.map { "next due \($0)" } ?? "nothing due"
        return "\(jobs) \(jobs == 1 ? "job" : "jobs"), \(running) running\(queue), \(next)"
    }
}
