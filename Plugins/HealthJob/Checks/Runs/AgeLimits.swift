import FoundationEssentials
import JobKit

/// Ages from which on something is too old.
struct AgeLimits: Sendable, Hashable {
    var warning: Duration?
    var critical: Duration?

    init(warning: Duration? = nil, critical: Duration? = nil) {
        self.warning = warning
        self.critical = critical
    }

    /// Two settings of a section.
    /// - Parameter standard: where neither is written.
    init(from section: inout SettingsSection, default standard: AgeLimits = AgeLimits()) {
        let range = Duration.seconds(1)...(.seconds(10 * 366 * 86_400))
        let usual = standard.warning.flatMap { low in
            standard.critical.map { "; \(low.settingText) and \($0.settingText) where neither is written" }
        }
        warning = section.optionalDuration("warning", in: range, help: "Reached or exceeded: warning" + (usual ?? "") + ".")
        critical = section.optionalDuration("critical", in: range, help: "Reached or exceeded: critical.")
        if let warning, let critical, warning >= critical {
            section.report(
                .error, at: "critical",
                problem: "\(section.place()) has warning \(warning.settingText), which does not lie below critical \(critical.settingText)",
                fix: "write a warning below \(critical.settingText)")
        }
        if warning == nil, critical == nil { self = standard }
    }

    /// Why a request says nothing of other runs.
    static let noFacts = "the request tells nothing of other runs; the daemon's log says why"

    /// Judges how long ago something was; without a moment there was none yet, and no age.
    /// - Parameter what: the thing in words, for the reason.
    func judged(
        _ name: String, _ target: String, since moment: Date?, now: Date, what: String, inputs: [String: String]
    ) -> WireEvent.Check {
        guard let moment else {
            var result = WireEvent.Check(name, target, is: .ok, inputs: inputs)
            if warning != nil || critical != nil {
                result.worsen(to: critical == nil ? .warning : .critical, reason: "\(what) is none yet")
            }
            return result
        }
        let age = now.timeIntervalSince(moment)
        let thresholds = Thresholds(warning: warning?.inSeconds, critical: critical?.inSeconds)
        var result = WireEvent.Check(name, target, value: age, unit: "s", by: thresholds, inputs: inputs)
        if result.state != .ok { result.reason = "\(what) is \(Duration.seconds(Int64(age)).settingText) old" }
        if age < -Self.ahead {
            result.worsen(to: .warning, reason: "\(what) lies in the future, at \(moment.formatted(.iso8601)): look at the clock")
        }
        return result
    }

    /// Seconds by which clocks of two reads may differ.
    private static let ahead = 60.0
}
