/// The section `alerts` of a job file and, as the standard for all of them, of the daemon's file.
package struct AlertSettings: Sendable, Hashable, Codable {
    /// How long a check has to be bad.
    package var duration: Duration?
    /// How many results in a row have to be bad.
    package var results: Int?
    package var unknown: Duration?
    package var clear: Duration?
    package var clearResults: Int?
    /// Zero for none.
    package var reminder: Duration?
    package var late: Duration?
    package var slow: Duration?
    package var unit: String?
    package var parents: [String] = []

    package init() {}

    /// What these settings change of `rule`.
    package func applied(to rule: AlertRule) -> AlertRule {
        var rule = rule
        rule.warning = Patience(duration: duration ?? rule.warning.duration, results: results ?? rule.warning.results)
        rule.critical = Patience(duration: duration ?? rule.critical.duration, results: results ?? rule.critical.results)
        rule.unknown.duration = unknown ?? rule.unknown.duration
        rule.clear = Patience(duration: clear ?? rule.clear.duration, results: clearResults ?? rule.clear.results)
        if let reminder { rule.reminder = reminder == .zero ? nil : reminder }
        rule.late = late ?? rule.late
        rule.slow = slow ?? rule.slow
        rule.unit = unit ?? rule.unit
        rule.parents += parents
        return rule
    }
}
