package import CronSchedule
package import SchedulerCore

/// What the loop says to the service manager, and when it is next due to say that it lives.
package struct ServiceReport: Sendable {
    private let notifier: ServiceNotifier
    private var watchdog: Watchdog?
    private var said: ServiceStatus?

    /// - Parameter elapsed: of the clock that nobody sets.
    package init(_ notifier: ServiceNotifier, elapsed: Duration) {
        self.notifier = notifier
        watchdog = notifier.watchdogLimit.map { Watchdog(limit: $0, now: elapsed) }
    }

    /// A sign of life, when one is due.
    package mutating func live(at elapsed: Duration) {
        if watchdog?.takes(elapsed) == true { notifier.alive() }
    }

    /// The state of things, when it is another than the one said before.
    package mutating func tell(_ scheduler: Scheduler) {
        guard notifier.isHeard else { return }
        let status = ServiceStatus(scheduler)
        guard status != said else { return }
        said = status
        notifier.status("\(status)")
    }

    /// The alarm of the loop: `instant`, or the moment when the next sign of life is due, whichever comes first.
    package func alarm(_ instant: Instant?, now: Instant, elapsed: Duration) -> Instant? {
        guard let watchdog else { return instant }
        let sign = now.moved(by: watchdog.due - elapsed)
        return instant.map { min($0, sign) } ?? sign
    }
}
