package import CronSchedule

/// What the alerts are told of the world at each step.
package struct AlertSurroundings: Sendable {
    package var now: Instant
    /// What a job goes by; nil for one that has no file.
    package var definition: @Sendable (String) -> JobDefinition?
    /// Units that runs work on now.
    package var maintenance: [Maintenance]

    package init(now: Instant, definition: @escaping @Sendable (String) -> JobDefinition?, maintenance: [Maintenance] = []) {
        self.now = now
        self.definition = definition
        self.maintenance = maintenance
    }
}
