/// What a channel is told of an alert, once: the content of one delivery.
package struct AlertNotice: Sendable, Hashable, Codable {
    /// Why it is told now.
    package enum Occasion: String, Sendable, Hashable, Codable, CaseIterable {
        case firing, severity, reminder, escalation, resolved, test
    }

    /// How bad it is.
    package enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        case warning, critical

        package static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .critical }
    }

    /// Stable over all tries: who gets it twice can tell.
    package var delivery: RunID
    /// The incident, from its first firing to its end.
    package var alert: RunID
    /// What the incident is about, the same for each incident of one cause: `JOB/CHECK/TARGET` or `JOB/failure`.
    package var key: String
    package var occasion: Occasion
    package var severity: Severity
    package var job: String
    /// Of a health job.
    package var check: String?
    package var target: String?
    /// One line.
    package var summary: String
    /// More lines, may be empty.
    package var details: String
    package var value: Double?
    package var unit: String?
    /// The thresholds of the value.
    package var warning: Double?
    package var critical: Double?
    /// Milliseconds since 1970, UTC: since when it fires, and since when it does not any more.
    package var startedAt: Int64
    package var endedAt: Int64?
    package var host: String
    /// Counts the notices of one alert, from 1.
    package var sequence: Int
    /// The run that showed it last.
    package var run: RunID?
    /// Whoever acknowledged it.
    package var acknowledgedBy: String?
    /// The alerts that a delivery tells of, when they are several; it is made when it is told, and never stored.
    package var members: [AlertNotice]?
}
