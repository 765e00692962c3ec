package import CronSchedule

/// The clocks and the alarm of the scheduler loop; tests pass one that they move by hand.
package protocol LoopClock: Sendable {
    /// The wall clock.
    func now() -> Instant
    /// A clock that nobody can set and that counts suspend too (CLOCK_BOOTTIME).
    func elapsed() -> Duration
    /// Sets the one alarm; nil takes it away. An instant that is over rings at once.
    func setAlarm(_ instant: Instant?)
    /// Rings at the alarm, whenever somebody sets the wall clock, and after ``nudge()``. Rings that nobody took fall together into one.
    var rings: AsyncStream<Void> { get }
    /// Rings now.
    func nudge()
}
