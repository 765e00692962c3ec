import FoundationEssentials
import JobKit

/// Restarts a unit of systemd by systemctl(1), after a look at it.
struct UnitRestart: Sendable {
    enum Outcome: Sendable, Hashable {
        case done
        case failed(problem: String, fix: String)
    }

    let program: String
    let unit: String

    /// What is to be asked for beside what judges a unit.
    private static let properties = ["LoadState", "ActiveState", "SubState", "Result", "Job"]

    /// Looks at the unit.
    /// - Parameter limit: one that takes longer to tell is silent.
    /// - Returns: nil when nothing is in the way.
    func objection(within limit: Duration) -> UnitObjection? {
        switch Systemctl(program: program, limit: limit).show([unit], Self.properties) {
        case .failure(let failure): .silent("\(failure)")
        case .success(let answers): answers.first.flatMap { Self.objection(to: $0) }
        }
    }

    /// What a unit's state says against a restart.
    static func objection(to properties: UnitProperties) -> UnitObjection? {
        let state = UnitState(properties)
        if state.load != "loaded" {
            return .impossible(state.judgement.reason ?? "systemd says of its file: \(state.load)")
        }
        if let job = properties["Job"], job != "0" { return .busy("systemd carries out job \(job) on it") }
        switch (state.active, state.sub) {
        case ("activating", "auto-restart"), ("activating", "auto-restart-queued"): return .busy("systemd is about to restart it by itself")
        case ("activating", _), ("deactivating", _), ("reloading", _), ("refreshing", _), ("maintenance", _):
            return .busy("it is \(state.active) (\(state.sub))")
        case ("inactive", _) where state.result == nil || state.result == "success": return .stopped
        case _: return nil
        }
    }

    /// Restarts it, and waits until that is done.
    /// - Parameter limit: after this long nobody waits any more; systemd goes on.
    func restart(within limit: Duration) -> Outcome {
        let tool = ToolRun(
            arguments: [program, "restart", "--no-ask-password", "--", unit], limit: limit, grace: .seconds(1), environment: ["LC_ALL": "C"]
        )
        switch tool.answer() {
        case .failure(let failure):
            return .failed(problem: "\(failure)", fix: "systemctl status \(unit) shows what it does now")
        case .success(let answer):
            if answer.isFine { return .done }
            let end = answer.isKilled ? "was ended by signal \(answer.status)" : "ended with status \(answer.status)"
            let said = answer.complaint ?? "it said nothing"
            return .failed(problem: "systemctl restart \(unit) \(end): \(said)", fix: fix(for: answer.errors + answer.output))
        }
    }

    private func fix(for text: String) -> String {
        let text = text.lowercased()
        let refusals = ["authentication required", "access denied", "permission denied", "not authorized", "operation not permitted"]
        if refusals.contains(where: { text.contains($0) }) {
            return
                "let the job's user restart it: put \(unit) into deployment/polkit/60-acore-sched.rules, and that file into /etc/polkit-1/rules.d"
        }
        return "journalctl -u \(unit) shows why"
    }
}
