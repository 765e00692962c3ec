/// When the service manager wants to hear from the loop. Times are of a clock that nobody sets.
package struct Watchdog: Sendable, Hashable {
    /// No sign comes more often, whatever the manager asks for.
    package static let shortestInterval = Duration.milliseconds(10)

    /// From one sign of life to the next: half of what the manager waits for.
    package let interval: Duration
    /// When the next sign is due at the latest.
    package private(set) var due: Duration

    /// - Parameter limit: silence after which the manager ends the service (`WATCHDOG_USEC`); its count begins at `now`.
    package init(limit: Duration, now: Duration) {
        interval = max(limit / 2, Self.shortestInterval)
        due = now + interval
    }

    /// Whether a sign is to be given now; then the next one is due an interval later.
    ///
    /// Whoever is awake in the second half of an interval gives it early: that saves a wake-up.
    package mutating func takes(_ now: Duration) -> Bool {
        guard now >= due - interval / 2 else { return false }
        due = now + interval
        return true
    }
}
