package import CronSchedule
package import JobKit

/// What was found out about a key, once.
package struct AlertFinding: Sendable, Hashable, Codable {
    /// Bytes of a summary and of the details that are kept.
    package static let summaryBound = 500
    package static let detailsBound = 4000

    package var level: AlertLevel
    package var at: Instant
    /// One line.
    package var summary: String
    /// More lines.
    package var details: String
    package var value: Double?
    package var unit: String?
    /// The thresholds of the value.
    package var warning: Double?
    package var critical: Double?
    /// The run that showed it.
    package var run: RunID?
    /// The systemd unit that it is about.
    package var systemdUnit: String?

    package init(_ level: AlertLevel, at instant: Instant, summary: String, details: String = "", run: RunID? = nil) {
        self.level = level
        at = instant
        self.summary = summary.cut(to: Self.summaryBound)
        self.details = details.cut(to: Self.detailsBound)
        self.run = run
    }

    /// What a run reported.
    package init(_ check: WireEvent.Check, at instant: Instant, run: RunID) {
        let inputs = (check.inputs ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        self.init(
            AlertLevel(check.state), at: instant, summary: check.summary, details: inputs.joined(separator: "\n"), run: run)
        value = check.value?.finite
        unit = check.unit
        warning = check.warning?.finite
        critical = check.critical?.finite
        systemdUnit = check.inputs?["unit"] ?? check.target
    }
}

extension WireEvent.Check {
    /// One line: what, how, why.
    fileprivate var summary: String {
        let subject = target.map { "\(name) \($0)" } ?? name
        let state = "\(subject) is \(state.rawValue)"
        return reason.map { "\(state): \($0)" } ?? state
    }
}

extension Double {
    /// Nil for what JSON has no number for.
    package var finite: Double? { isFinite ? self : nil }
}
