import CronSchedule
import JobKit

/// What holds alerts back because it explains them.
extension AlertBook {
    /// A parent that is pending, and of which nothing was heard for so long, holds nothing back any more: nobody was told of it.
    static let pendingHold = Duration.seconds(3600)

    /// Of the keys that a rule names as parents, one that is bad now; nil when none is.
    ///
    /// What the runs report whose ends are being taken counts from the first of their results on, so that their order says nothing. Of two
    /// keys that are each other's parents the first by name holds the other one back, else nobody would be told of either.
    func parent(of key: AlertKey, rule: AlertRule, _ world: AlertSurroundings) -> AlertKey? {
        guard !rule.parents.isEmpty else { return nil }
        var first: AlertKey?
        func look(at other: AlertKey) {
            if let first, first < other { return }
            guard other != key, rule.isBelow(other) else { return }
            if other < key || !(other.job == key.job ? rule : self.rule(for: other, world)).isBelow(key) { first = other }
        }
        for (other, level) in reported where level >= .warning { look(at: other) }
        for other in active { look(at: other) }
        for other in pending where isHeard(other, world.now) && reported[other] != .ok { look(at: other) }
        return first
    }

    private func isHeard(_ key: AlertKey, _ now: Instant) -> Bool {
        guard let age = alerts[key].map({ now.since($0.last.at) }) else { return false }
        // One that lies ahead is of before the clock was set back.
        return age < Self.pendingHold && age > .zero - Self.pendingHold
    }

    /// When parents that are pending stop to hold something back.
    func pendingEnds(after now: Instant) -> [Instant] {
        pending.compactMap { alerts[$0]?.last.at.moved(by: Self.pendingHold) }.filter { $0 > now }
    }

    /// How bad the ends of runs say that things are.
    static func reported(by ends: [AttemptEnd], _ runs: [RunID: Run]) -> [AlertKey: AlertLevel] {
        var levels: [AlertKey: AlertLevel] = [:]
        for end in ends {
            guard let run = runs[end.run], !run.dryRun else { continue }
            for check in end.checks.prefix(CheckResult.boundPerRun) {
                levels[AlertKey(job: run.job, check: check.name, target: check.target)] = AlertLevel(check.state)
            }
            if run.state.isEnded, let level = level(of: run, end) { levels[AlertKey(job: run.job, .failure)] = level }
        }
        return levels
    }
}

extension AlertRule {
    /// Whether it names this key as a parent.
    fileprivate func isBelow(_ key: AlertKey) -> Bool { parents.contains { AlertPattern.matches($0, key.text) } }
}
