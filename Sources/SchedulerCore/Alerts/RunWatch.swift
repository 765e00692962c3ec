import CronSchedule
import JobKit

/// Runs that wait or go on longer than they should, of jobs that ask to hear of it.
struct RunWatch {
    private(set) var findings: [(key: AlertKey, finding: AlertFinding)] = []
    /// When the next one will have done so.
    private(set) var nextAlarm: Instant?

    init(_ open: [Run], routing: AlertRouting, _ world: AlertSurroundings) {
        var rules: [String: AlertRule] = [:]
        for run in open.sorted(by: { $0.id < $1.id }) where !run.dryRun {
            let rule = rules[run.job] ?? routing.rule(for: world.definition(run.job))
            rules[run.job] = rule
            look(at: run, rule, world.now)
        }
    }

    private mutating func look(at run: Run, _ rule: AlertRule, _ now: Instant) {
        switch run.state {
        case .due where run.attempt == 1 && run.trigger == .schedule && rule.occasions.contains(.late):
            let words = "\(run.job) waits since \(run.dueAt) for its start"
            look(at: AlertKey(job: run.job, .late), run, from: run.dueAt.moved(by: rule.late), words, now)
        case .starting, .running:
            guard rule.occasions.contains(.slow), let slow = rule.slow else { return }
            let words = "\(run.job) runs for more than \(slow.settingText)"
            // One that is about to start has no time of its own yet, and no other pass may follow its start.
            look(at: AlertKey(job: run.job, .slow), run, from: (run.startedAt ?? now).moved(by: slow), words, now)
        case .due, .retrying, .succeeded, .warning, .failed, .timedOut, .cancelled, .interrupted: break
        }
    }

    private mutating func look(at key: AlertKey, _ run: Run, from moment: Instant, _ words: String, _ now: Instant) {
        if moment <= now {
            findings.append((key, AlertFinding(.warning, at: now, summary: words, run: run.id)))
        } else {
            nextAlarm = min(nextAlarm ?? moment, moment)
        }
    }
}
