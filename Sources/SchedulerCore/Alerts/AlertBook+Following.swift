import CronSchedule
import JobKit

/// What the alerts make of a pass of the scheduler.
extension AlertBook {
    /// Takes what a pass decided, with the attempts whose ends it took.
    /// - Parameter open: runs that have not ended.
    package mutating func follow(
        _ actions: SchedulerActions, ends: [AttemptEnd], open: [RunID: Run], _ world: AlertSurroundings
    ) -> AlertChanges {
        var changes = AlertChanges()
        begin(world, &changes)
        let byRun = Dictionary(ends.map { ($0.run, $0) }, uniquingKeysWith: { _, last in last })
        let runs = Dictionary(actions.moves.map { ($0.run.id, $0.run) }, uniquingKeysWith: { first, _ in first })
        reported = Self.reported(by: ends, runs)
        for end in ends { if let run = runs[end.run], !run.dryRun { take(end, of: run, world, &changes) } }
        for occurrence in actions.occurrences { take(occurrence, world, &changes) }
        for lapse in actions.lapses { take(lapse, world, &changes) }
        for run in actions.runs { take(run, byRun[run.id], world, &changes) }
        for move in actions.moves { take(move.run, byRun[move.run.id], world, &changes) }
        reported = [:]
        tick(world, &changes)
        watch(open, world, &changes)
        return changes
    }

    /// Learns which jobs there are, and which ask to hear of late starts and long runs: nobody else's open runs are looked at.
    package mutating func know(_ definitions: some Sequence<JobDefinition>) {
        praised = []
        watched = []
        disabled = []
        named = []
        isFresh = true
        var names: Set<String> = []
        for definition in definitions {
            names.insert(definition.name)
            if !definition.enabled { disabled.insert(definition.name) }
            named.formUnion(definition.notices.channels)
            let occasions = AlertRouting.occasions(of: definition)
            if occasions.contains(.success) { praised.insert(definition.name) }
            if occasions.contains(.late) || occasions.contains(.slow) { watched.insert(definition.name) }
        }
        known = names
        for job in baselines.keys where !names.contains(job) { baselines[job] = nil }
    }

    /// Channels that jobs name and the daemon's file does not, with those jobs.
    package func strangers(among definitions: [JobDefinition]) -> [(channel: String, jobs: [String])] {
        var jobs: [String: [String]] = [:]
        for definition in definitions {
            for channel in definition.notices.channels where routing.receivers[channel] == nil {
                jobs[channel, default: []].append(definition.name)
            }
        }
        return jobs.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    private mutating func watch(_ open: [RunID: Run], _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        runAlarm = nil
        guard !watched.isEmpty else { return }
        let watch = RunWatch(open.values.filter { watched.contains($0.job) }, routing: routing, world)
        for (key, finding) in watch.findings where alerts[key]?.state.incident == nil { take(finding, of: key, world, &changes) }
        if !watch.findings.isEmpty { settle(world) }
        runAlarm = watch.nextAlarm
    }

    /// The checks that an attempt reported.
    private mutating func take(
        _ end: AttemptEnd, of run: Run, _ world: AlertSurroundings, _ changes: inout AlertChanges
    ) {
        let before = changes.unfollowed.count
        let at = min(end.endedAt, world.now)
        for check in end.checks.prefix(CheckResult.boundPerRun) {
            let result = CheckResult(check, of: run.job, run: run.id, at: at)
            changes.results.append(result)
            take(AlertFinding(check, at: at, run: run.id), of: result.key, world, &changes)
        }
        report(changes.unfollowed[before...], by: end, of: run, world, &changes)
        dropUnreported(by: end, of: run, world, &changes)
    }

    private mutating func take(_ occurrence: Occurrence, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        guard case .missed = occurrence.account else { return }
        let slots = occurrence.count == 1 ? "a slot was" : "\(occurrence.count) slots were"
        let finding = AlertFinding(.warning, at: world.now, summary: "\(occurrence.job): \(slots) missed: \(occurrence.detail)")
        take(finding, of: AlertKey(job: occurrence.job, .missed), ifAskedFor: world, &changes)
    }

    private mutating func take(_ lapse: LapsedClaim, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        guard case .missed = lapse.account else { return }
        let finding = AlertFinding(
            .critical, at: world.now, summary: "\(lapse.job): a run never started: \(lapse.detail)", run: lapse.run)
        take(finding, of: AlertKey(job: lapse.job, .neverStarted), ifAskedFor: world, &changes)
    }

    /// A run that changed in this pass.
    private mutating func take(_ run: Run, _ end: AttemptEnd?, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        guard !run.dryRun else { return }
        if run.state == .starting, run.attempt == 1, run.trigger != .manual { start(run, world, &changes) }
        if run.state.isEnded { self.end(run, end, world, &changes) }
    }

    private mutating func start(_ run: Run, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        let good = AlertFinding(.ok, at: world.now, summary: "\(run.job) started", run: run.id)
        take(good, of: AlertKey(job: run.job, .neverStarted), ifAskedFor: world, &changes)
        guard watched.contains(run.job), run.trigger == .schedule else { return }
        let lateness = world.now.since(run.dueAt)
        let isLate = lateness >= routing.rule(for: world.definition(run.job)).late
        let words = "\(run.job) started \(isLate ? "\(lateness.settingText) late" : "in time")"
        let finding = AlertFinding(isLate ? .warning : .ok, at: world.now, summary: words, run: run.id)
        take(finding, of: AlertKey(job: run.job, .late), ifAskedFor: world, &changes)
    }

    private mutating func end(
        _ run: Run, _ end: AttemptEnd?, _ world: AlertSurroundings, _ changes: inout AlertChanges
    ) {
        let key = AlertKey(job: run.job, .failure)
        if let level = Self.level(of: run, end) {
            let ending = run.ending
            let finding = AlertFinding(
                level, at: world.now, summary: "\(run.job) \(run.state.words): \(ending?.summary ?? "")",
                details: ending?.fix.map { "fix: \($0)" } ?? "", run: run.id)
            take(finding, of: key, world, &changes)
        }
        let over = AlertFinding(.ok, at: world.now, summary: "the run of \(run.job) has ended", run: run.id)
        take(over, of: AlertKey(job: run.job, .slow), ifAskedFor: world, &changes)
        if run.state == .succeeded, praised.contains(run.job) { praise(run, world, &changes) }
        guard run.state == .succeeded || run.state == .warning else { return }
        let good = AlertFinding(.ok, at: world.now, summary: "\(run.job) \(run.state.words)", run: run.id)
        take(good, of: AlertKey(job: run.job, .missed), ifAskedFor: world, &changes)
        compare(run, world, &changes)
    }

    /// How the end of a run counts for its job; nil for one that says nothing of it.
    ///
    /// A run that reported checks and gave a result has said with them what is wrong; its outcome would say it twice. One that failed
    /// though none of them is critical has not.
    static func level(of run: Run, _ end: AttemptEnd?) -> AlertLevel? {
        if let end, !end.checks.isEmpty, end.result != nil, case .exited = end.cause, run.state != .failed || end.explainsFailure {
            return .ok
        }
        switch run.state {
        case .succeeded: return .ok
        case .warning: return .warning
        case .failed, .timedOut, .interrupted: return .critical
        case .cancelled, .due, .starting, .running, .retrying: return nil
        }
    }

    /// A good run against those before it.
    private mutating func compare(_ run: Run, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        let key = AlertKey(job: run.job, .duration)
        guard watched.contains(run.job), run.attempt == 1, let startedAt = run.startedAt, let endedAt = run.endedAt else { return }
        let took = endedAt.milliseconds - startedAt.milliseconds
        let usual = baselines[run.job]?.usual(ifFarFrom: took)
        baselines[run.job, default: DurationBaseline()].take(took)
        let words = usual.map { "\(run.job) took \(Self.words(took)); usual is \(Self.words($0))" } ?? "\(run.job) took as long as usual"
        var finding = AlertFinding(usual == nil ? .ok : .warning, at: world.now, summary: words, run: run.id)
        finding.value = Double(took) / 1000
        finding.unit = "seconds"
        take(finding, of: key, ifAskedFor: world, &changes)
    }

    /// What the daemon finds out is followed only for jobs that ask for it.
    private mutating func take(
        _ finding: AlertFinding, of key: AlertKey, ifAskedFor world: AlertSurroundings, _ changes: inout AlertChanges
    ) {
        let isKnown = alerts[key] != nil
        guard isKnown || finding.level != .ok else { return }
        guard isKnown || isAskedFor(key, finding.level, by: routing.rule(for: world.definition(key.job))) else { return }
        take(finding, of: key, world, &changes)
    }

    private static func words(_ milliseconds: Int64) -> String {
        Duration.milliseconds(milliseconds < 10_000 ? milliseconds : milliseconds / 1000 * 1000).settingText
    }
}

extension RunState {
    /// For a sentence about a job.
    fileprivate var words: String {
        switch self {
        case .succeeded: "succeeded"
        case .warning: "ended with a warning"
        case .failed: "failed"
        case .timedOut: "timed out"
        case .cancelled: "was cancelled"
        case .interrupted: "was interrupted"
        case .due, .starting, .running, .retrying: "goes on"
        }
    }
}
