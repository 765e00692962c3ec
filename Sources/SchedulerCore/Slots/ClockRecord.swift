package import CronSchedule

/// What the ledger knows of the clock.
package struct ClockRecord: Sendable, Hashable {
    /// Counts backward steps, from 0.
    package var era: Int
    /// The wall clock when something was last written.
    package var lastSeen: Instant
    /// /proc/sys/kernel/random/boot_id of then.
    package var bootID: String

    package init(era: Int, lastSeen: Instant, bootID: String) {
        self.era = era
        self.lastSeen = lastSeen
        self.bootID = bootID
    }
}
