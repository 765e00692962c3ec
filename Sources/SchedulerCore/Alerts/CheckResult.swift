package import CronSchedule
package import JobKit

/// One result of a check, as the ledger keeps it; of older ones a row stands for many.
package struct CheckResult: Sendable, Hashable {
    /// Results that are taken of one run.
    package static let boundPerRun = 500

    package var key: AlertKey
    package var at: Instant
    package var run: RunID
    package var level: AlertLevel
    /// Of several, the mean.
    package var value: Double?
    package var unit: String?
    package var warning: Double?
    package var critical: Double?
    package var windowSeconds: Double?
    package var reason: String?
    /// The raw numbers.
    package var inputs: [String: String]
    /// How many results the row stands for; their worst level is its level.
    package var count: Int

    package init(_ check: WireEvent.Check, of job: String, run: RunID, at instant: Instant) {
        key = AlertKey(job: job, check: check.name, target: check.target)
        at = instant
        self.run = run
        level = AlertLevel(check.state)
        value = check.value?.finite
        unit = check.unit?.cut(to: AlertKey.textBound)
        warning = check.warning?.finite
        critical = check.critical?.finite
        windowSeconds = check.windowSeconds?.finite
        reason = check.reason?.cut(to: AlertFinding.summaryBound)
        inputs = check.inputs ?? [:]
        count = 1
    }

    package init(key: AlertKey, at instant: Instant, run: RunID, level: AlertLevel, inputs: [String: String] = [:], count: Int = 1) {
        self.key = key
        at = instant
        self.run = run
        self.level = level
        self.inputs = inputs
        self.count = count
    }
}
