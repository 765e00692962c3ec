import JobKit

/// A check as `when` names it: by its name, or by its name and one of its targets: `process_health/bot`.
struct CheckReference: Sendable, Hashable {
    let check: String
    /// Nil for all targets of the check.
    let target: String?

    init(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        check = String(parts[0])
        target = parts.count > 1 ? String(parts[1]) : nil
    }

    /// As it is written.
    var text: String { target.map { "\(check)/\($0)" } ?? check }
    /// For people: `process_health of bot`.
    var title: String { target.map { "\(check) of \($0)" } ?? check }

    /// What a run found out about it. Of a check without a target the worst one counts; one that gave no result is unknown.
    func word(in results: [WireEvent.Check]) -> CheckWord {
        let own = results.filter { $0.name == check && (target == nil || $0.target == target) }
        if own.contains(where: { $0.state == .critical }) { return .critical }
        return own.isEmpty || own.contains { $0.state == .unknown } ? .unknown : .well
    }

    /// Why no check of the job is meant; nil when one is.
    func complaint(among checks: [any HealthCheck]) -> (problem: String, fix: String)? {
        let names = checks.map(\.name)
        guard let found = checks.first(where: { $0.name == check }) else {
            let nearest = Suggestion.nearest(to: check, among: names)
            return (
                "the job has no check \(check)",
                nearest.map { "did you mean \($0)?" } ?? "add a section \(check), or name one of \(names.joined(separator: ", "))"
            )
        }
        // Some checks tell more of a target under its name and a word: "bot memory".
        guard let target, !found.targets.isEmpty, !found.targets.contains(where: { target == $0 || target.hasPrefix($0 + " ") }) else {
            return nil
        }
        return ("\(check) has no target \(target)", "its targets are \(found.targets.prefix(20).joined(separator: ", "))")
    }
}

/// What a run found out about a check. A warning is well enough: it restarts nothing.
enum CheckWord: Sendable, Hashable {
    case well, unknown, critical
}
