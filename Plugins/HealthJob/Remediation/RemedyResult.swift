import FoundationEssentials
import JobKit

/// What became of a unit in a run.
enum RemedyEnd: Sendable, Hashable {
    /// Nothing was done, for this reason.
    case left(RemedyAction)
    /// A dry run: what would have been done.
    case planned(cause: String)
    case restarted(cause: String)
    case failed(cause: String, problem: String, fix: String)
}

/// The result about a unit, as a run reports it.
struct RemedyResult {
    let remedy: Remedy
    let end: RemedyEnd
    /// After the run.
    let memory: RemedyMemory

    private static let rule =
        "critical in `after` runs in a row, at most `max_per_hour` in any hour, `backoff` x 2^n up to `max_backoff` apart"

    var check: WireEvent.Check {
        let (state, reason) = told
        var check = WireEvent.Check(RemediationSettings.name, remedy.unit, is: state, reason: reason?.clipped(to: 2000), inputs: inputs)
        check.value = Double(memory.restarts.count)
        check.unit = "restarts"
        check.windowSeconds = RemedyMemory.hour
        return check
    }

    private var inputs: [String: String] {
        var inputs = ["rule": Self.rule, "restarts_in_a_row": "\(memory.inARow)", "unit": remedy.unit]
        for (check, count) in memory.counts {
            inputs["critical_runs \(check)"] = "\(count.critical)"
            if count.unknown > 0 { inputs["unknown_runs \(check)"] = "\(count.unknown)" }
        }
        if case .left(.hold(.maintenance(let run, _))) = end { inputs["maintenance_by"] = run }
        return inputs
    }

    private var told: (state: WireEvent.Check.State, reason: String?) {
        switch end {
        case .left(.rest): return (.ok, nil)
        case .left(.count(let words)): return (.ok, words)
        case .left(.hold(let hold)):
            let (state, reason) = Self.told(hold)
            return (state, "not restarted: \(reason)")
        // Only a decision that nobody carried out ends like this.
        case .left(.restart(let cause)), .planned(let cause): return (.warning, "would be restarted: \(cause)")
        case .restarted(let cause): return (.warning, "restarted: \(cause); \(tally)")
        case .failed(let cause, let problem, let fix):
            return (.critical, "the restart failed: \(problem); fix: \(fix); it was to be restarted since \(cause); \(tally)")
        }
    }

    private var tally: String {
        let pause = Duration.milliseconds(Int64(remedy.pause(after: memory.inARow) * 1000)).settingText
        return
            "restart \(memory.restarts.count) of at most \(remedy.mostPerHour) within an hour, the next one \(pause) later at the earliest"
    }

    private static func told(_ hold: RemedyAction.Hold) -> (state: WireEvent.Check.State, reason: String) {
        switch hold {
        case .maintenance(let run, let until): (.ok, "run \(run) works on it, until \(until.formatted(.iso8601)) at the longest")
        case .maintenanceUnknown:
            (.unknown, "the request does not tell which units are worked on, so it may be one of them; the daemon's log says why")
        case .parent(let parent): (.ok, "\(parent), which it needs, is down")
        case .backoff(let wait): (.warning, "the last restart did not help, and the next one waits another \(text(wait))")
        case .cap(let restarts, let wait):
            (
                .critical,
                "\(restarts) \(restarts == 1 ? "restart" : "restarts") within an hour did not help, and more are not made; the next one may be in \(text(wait)); fix: see why it fails, and restart it by hand"
            )
        case .lost(let wait):
            (
                .critical,
                "how often it was restarted lately is lost with the damaged memory of this job, so none is made for another \(text(wait)); fix: restart it by hand"
            )
        case .unit(let objection): told(objection)
        case .notKept: (.critical, "a restart is written down before it is made, and that failed; fix: see the log of this run")
        case .otherRun(let reason): (.unknown, reason)
        case .late: (.warning, "this run has no time left for it; fix: raise timeout of the job")
        }
    }

    private static func told(_ objection: UnitObjection) -> (state: WireEvent.Check.State, reason: String) {
        switch objection {
        case .busy(let words): (.ok, words)
        case .stopped: (.warning, "it is inactive, and its last end was no failure: it was stopped; fix: start it by hand, if it is to run")
        case .impossible(let words): (.critical, "\(words); fix: correct the name, or the unit")
        case .silent(let words): (.unknown, "its state cannot be told: \(words)")
        }
    }

    private static func text(_ seconds: Double) -> String { Duration.seconds(Int64(seconds.rounded(.up))).settingText }
}
