package import CronSchedule

/// A unit that a run works on: alerts about it are held back until the run ends, or until its mark does.
package struct Maintenance: Sendable, Hashable {
    package var unit: String
    package var until: Instant

    package init(unit: String, until: Instant) {
        self.unit = unit
        self.until = until
    }
}
