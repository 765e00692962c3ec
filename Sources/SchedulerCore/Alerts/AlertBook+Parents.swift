import CronSchedule
import JobKit

/// What holds alerts back because it explains them.
extension AlertBook {
    /// A parent that is pending, and of which nothing was heard for so long, holds nothing back any more: nobody was told of it.
    static let pendingHold = Duration.seconds(3600)

    /// Of the keys that a rule names as parents, one that is bad now; nil when none is.
    ///
    /// What the runs report whose ends are being taken counts from the first of their results on, so that their order says nothing. Of keys
    /// that are each other's parents, at once or over others, the first by name is not held back by them, else nobody would be told of any.
    func parent(of key: AlertKey, rule: AlertRule, _ world: AlertSurroundings) -> AlertKey? {
        guard !rule.parents.isEmpty else { return nil }
        var named: [AlertKey] = []
        forEachBad(world.now) { if $0 != key, rule.isBelow($0) { named.append($0) } }
        guard !named.isEmpty else { return nil }
        var lineage = AlertLineage(book: self, world)
        if let outside = named.filter({ !lineage.isAbove(key, $0) }).min() { return outside }
        return lineage.isFirstOfCircle(key) ? nil : named.min()
    }

    /// Keys that are bad now, some of them more than once.
    func forEachBad(_ now: Instant, _ body: (AlertKey) -> Void) {
        for (key, level) in reported where level >= .warning { body(key) }
        for key in active { body(key) }
        for key in pending where isHeard(key, now) && reported[key] != .ok { body(key) }
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
    func isBelow(_ key: AlertKey) -> Bool { parents.contains { AlertPattern.matches($0, key.text) } }
}
