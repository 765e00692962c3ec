import FoundationEssentials
import JobKit

/// Restarts units whose checks stay critical: decides, has it written down, and only then restarts.
struct Remediation: Sendable {
    /// Before the end of the run nobody waits for a restart any more.
    private static let reserve = 2.0

    let settings: RemediationSettings
    let sight: RemedySight
    let context: JobContext
    let now: @Sendable () -> Date

    /// What is to be done about a unit.
    private struct Plan {
        let remedy: Remedy
        var end: RemedyEnd
    }

    /// Does what is to be done.
    /// - Parameters:
    ///   - memory: what was kept, moved on.
    ///   - keep: makes it durable; false when that failed, and then nothing is restarted.
    func carryOut(_ memory: inout RemediationMemory, keep: (RemediationMemory) -> Bool) async -> [WireEvent.Check] {
        var plans = decide(&memory)
        let isKept = context.dryRun || keep(memory)
        if !isKept { takeBack(plans, in: &memory) }
        for index in plans.indices { plans[index].end = await end(of: plans[index], isKept: isKept) }
        let restarts = plans.count { if case .restarted = $0.end { true } else { false } }
        context.metric("remediation_restarts", Double(restarts), unit: "restarts")
        return plans.map { RemedyResult(remedy: $0.remedy, end: $0.end, memory: memory.units[$0.remedy.unit] ?? RemedyMemory()).check }
    }

    /// What is told when the run may neither count nor restart.
    static func none(_ settings: RemediationSettings, because reason: String) -> [WireEvent.Check] {
        settings.remedies.map { RemedyResult(remedy: $0, end: .left(.hold(.otherRun(reason))), memory: RemedyMemory()).check }
    }

    private func decide(_ memory: inout RemediationMemory) -> [Plan] {
        memory.prune(to: settings.remedies, now: sight.now)
        var plans: [Plan] = []
        for remedy in settings.remedies {
            var own = memory.units[remedy.unit] ?? RemedyMemory()
            var action = RemedyDecision(remedy: remedy, sight: sight).action(&own, lost: memory.lost)
            if case .restart = action, let hold = hindrance(to: remedy) { action = .hold(hold) }
            if case .restart = action, !context.dryRun { own.note(restartAt: sight.now) }
            memory.units[remedy.unit] = own
            plans.append(Plan(remedy: remedy, end: .left(action)))
        }
        return plans
    }

    /// Restarts that are not made after all.
    private func takeBack(_ plans: [Plan], in memory: inout RemediationMemory) {
        for plan in plans {
            guard case .left(.restart) = plan.end, memory.units[plan.remedy.unit]?.restarts.popLast() != nil else { continue }
            memory.units[plan.remedy.unit]?.inARow -= 1
        }
    }

    /// What is in the way of a restart at this moment.
    private func hindrance(to remedy: Remedy) -> RemedyAction.Hold? {
        if limit <= .zero { return .late }
        return UnitRestart(program: settings.program, unit: remedy.unit).objection(within: settings.lookTime).map { .unit($0) }
    }

    /// How long a restart may take now.
    private var limit: Duration {
        guard let deadline = context.deadline else { return settings.timeout }
        let left = deadline.timeIntervalSince(now()) - Self.reserve
        return min(settings.timeout, .milliseconds(Int64(max(0, min(left, 1e9)) * 1000)))
    }

    private func end(of plan: Plan, isKept: Bool) async -> RemedyEnd {
        guard case .left(.restart(let cause)) = plan.end else { return plan.end }
        if context.dryRun { return .planned(cause: cause) }
        guard isKept else { return .left(.hold(.notKept)) }
        return await restart(plan.remedy.unit, cause)
    }

    private func restart(_ unit: String, _ cause: String) async -> RemedyEnd {
        let limit = limit
        let going = "systemctl status \(unit) shows what it does now"
        context.log(.warning, "restarts \(unit): \(cause)", fields: ["unit": unit])
        let restart = UnitRestart(program: settings.program, unit: unit)
        let outcome = await RestartWait.outcome(
            abandoned: .failed(problem: "this run was stopped while systemctl restarted \(unit)", fix: going),
            noThread: .failed(
                problem: "no thread could be started for it", fix: "raise limits.pids_max of the job, or TasksMax= of the unit")
        ) {
            limit > .zero
                ? restart.restart(within: limit) : .failed(problem: "this run had no time left for it", fix: "raise timeout of the job")
        }
        switch outcome {
        case .done:
            context.log(.info, "\(unit) is restarted", fields: ["unit": unit])
            return .restarted(cause: cause)
        case .failed(let problem, let fix):
            context.log(.error, "\(unit) could not be restarted: \(problem); fix: \(fix)", fields: ["unit": unit])
            return .failed(cause: cause, problem: problem, fix: fix)
        }
    }
}
