import CronSchedule
import JobKit

/// When nobody looks at a key any more.
extension AlertBook {
    /// Runs in a row that do not report a check until it is over: one alone may be a hiccup of what it looks for.
    static let missingBound = 2

    /// Whether nothing is found out about a job any more: it is disabled, or no file defines it.
    func isLeftAlone(_ job: String) -> Bool { job != AlertKey.ownJob && reasonToLeaveAlone(job) != nil }

    private func reasonToLeaveAlone(_ job: String) -> String? {
        if disabled.contains(job) { return "the job is disabled" }
        guard let known, !known.contains(job) else { return nil }
        return "no job file in force has the name \(job)"
    }

    /// The first look after a daemon began, or after its files changed: what they do not name any more is over.
    mutating func begin(_ world: AlertSurroundings, _ changes: inout AlertChanges) {
        guard isFresh, keepsTime else { return }
        isFresh = false
        let book = self
        drop(world, &changes) { alert in
            let key = alert.key
            guard key.job == AlertKey.ownJob else { return book.reasonToLeaveAlone(key.job) }
            if let channel = key.channel { return book.isNamed(channel) ? nil : "there is no such channel any more" }
            return key.crowdedJob.flatMap { book.reasonToLeaveAlone($0) }
        }
    }

    /// Ends what a run does not report any more that came to all that its job checks, and what no run has reported for long.
    mutating func dropUnreported(by end: AttemptEnd, of run: Run, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        guard room.holdsChecks(of: run.job) else { return }
        if Self.cameToAll(run, end) { countMissing(end, run, world, &changes) }
        // One that broke off may not have come to all of them.
        guard end.result != nil, !end.checks.isEmpty else { return }
        let oldest = world.now.moved(by: .zero - Self.checkLifetime)
        drop(world, &changes) { alert in
            alert.key.isCheck && alert.key.job == run.job && alert.last.at < oldest ? "runs of \(run.job) do not report it" : nil
        }
    }

    private mutating func countMissing(_ end: AttemptEnd, _ run: Run, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        let seen = Set(end.checks.map { AlertKey(job: run.job, check: $0.name, target: $0.target) })
        // A check that could not find out what there is to look at says nothing about its targets.
        let blind = Set(
            end.checks.filter { $0.state == .unknown && $0.target == nil }.map { AlertKey(job: run.job, check: $0.name, target: nil).name })
        for alert in alerts.values.filter({ $0.key.isCheck && $0.key.job == run.job }).sorted(by: { $0.key < $1.key }) {
            guard !seen.contains(alert.key), !blind.contains(alert.key.name) else { continue }
            var missing = alert
            missing.missing = (alert.missing ?? 0) + 1
            if missing.missing == Self.missingBound {
                finish(alert, because: "runs of \(run.job) do not report it", world, &changes)
            } else {
                put(missing, world.now, &changes)
            }
        }
    }

    /// Whether what a run reported is all that its job checks: who asks for a run by hand may have named less, and one that failed for
    /// no reason that it reported, or was cut, may not have come to all of it.
    private static func cameToAll(_ run: Run, _ end: AttemptEnd) -> Bool {
        guard run.trigger != .manual, !run.dryRun, end.checks.count < CheckResult.boundPerRun, case .exited = end.cause else {
            return false
        }
        switch run.state {
        case .succeeded, .warning: return true
        case .failed: return end.result != nil && end.explainsFailure
        case .timedOut, .interrupted, .cancelled, .due, .starting, .running, .retrying: return false
        }
    }

    /// Nobody looks at these keys any more.
    /// - Parameter reason: nil for a key that stays.
    mutating func drop(_ world: AlertSurroundings, _ changes: inout AlertChanges, because reason: (Alert) -> String?) {
        let gone = alerts.values.compactMap { alert in reason(alert).map { (alert, $0) } }
        for (alert, reason) in gone.sorted(by: { $0.0.key < $1.0.key }) { finish(alert, because: reason, world, &changes) }
    }

    private mutating func finish(_ alert: Alert, because reason: String, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        var gone = alert
        gone.flaps = FlapMeter()
        gone.last = AlertFinding(.ok, at: world.now, summary: "\(alert.key) is not looked at any more: \(reason)")
        step(gone, by: .gone, world, &changes)
    }
}

extension AttemptEnd {
    /// Whether the checks say why the run failed.
    var explainsFailure: Bool { checks.contains { $0.state == .critical } }
}
