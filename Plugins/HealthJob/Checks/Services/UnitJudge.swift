import JobKit

/// Judges units together: one that is down since another is down, is not told again.
struct UnitJudge {
    let states: [String: UnitState]
    /// By unit, as the settings have it.
    let parents: [String: [String]]

    /// The unit that is the cause for this one being down; nil when it is its own.
    func cause(of unit: String) -> String? {
        var seen: Set<String> = [unit]
        return cause(of: unit, &seen)
    }

    private func cause(of unit: String, _ seen: inout Set<String>) -> String? {
        for parent in downParents(of: unit) where seen.insert(parent).inserted {
            if downParents(of: parent).isEmpty { return parent }
            if let cause = cause(of: parent, &seen) { return cause }
        }
        return nil
    }

    private func downParents(of unit: String) -> [String] {
        let needed = states[unit]?.needs.filter { states[$0] != nil && $0 != unit } ?? []
        return ((parents[unit] ?? []) + needed.sorted()).filter { states[$0]?.judgement.state == .critical }
    }

    /// - Parameter restarts: NRestarts at the look before.
    func result(of unit: String, _ check: String, restartsBefore restarts: Int64?) -> WireEvent.Check? {
        guard let state = states[unit] else { return nil }
        let (own, reason) = state.judgement
        var inputs = state.inputs
        inputs["NRestarts_before"] = restarts.map { String($0) }
        inputs["rule"] =
            "ActiveState of systemctl show: active is ok, inactive and failed are critical, in between is a warning; so is a restart"
        if own != .ok, let cause = cause(of: unit) {
            inputs["suppressed_by"] = cause
            return WireEvent.Check(check, unit, unknown: "suppressed: \(cause), which it needs, is down; \(reason ?? "")", inputs: inputs)
        }
        var result = WireEvent.Check(check, unit, is: own, reason: reason, inputs: inputs)
        if let now = state.restarts, let restarts, now > restarts {
            result.worsen(
                to: .warning,
                reason: "systemd restarted it \(now - restarts) \(now - restarts == 1 ? "time" : "times") since the look before")
        }
        return result
    }
}
