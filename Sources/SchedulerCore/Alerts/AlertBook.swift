package import CronSchedule

/// All that is, or lately was, not as it should be, as a value: what follows from each finding, and what is to be written and told.
///
/// It reads no clock and writes nothing. What a call returns belongs into the transaction of what caused it.
package struct AlertBook: Sendable {
    /// Keys of checks at once, and of one job; findings about others are not followed beyond it.
    package static let bound = 5000
    package static let boundPerJob = 1000
    /// A check that its job has not reported for so long is not looked at any more.
    package static let checkLifetime = Duration.seconds(48 * 3600)

    package internal(set) var alerts: [AlertKey: Alert] = [:]
    package internal(set) var silences: [RunID: AlertSilence] = [:]
    /// Keys of alerts that fire.
    var active: Set<AlertKey> = []
    /// Of these, the ones that a silence, a maintenance or a parent holds back.
    var heldBack: Set<AlertKey> = []
    /// Keys that are bad, and not for long enough.
    var pending: Set<AlertKey> = []
    /// While the ends of runs are taken: how bad they say that things are.
    var reported: [AlertKey: AlertLevel] = [:]
    package var routing: AlertRouting
    /// Whether time that went by is looked at. The command line leaves that to the next daemon, which knows all jobs.
    package var keepsTime = true
    /// Whether nothing was looked at since it was learnt which jobs and channels there are.
    var isFresh = true
    let host: String
    let newID: @Sendable (Instant) -> RunID
    /// All jobs that have a file; nil until that is known.
    var known: Set<String>?
    /// Of these, the ones that are disabled.
    var disabled: Set<String> = []
    /// Channels that jobs name.
    var named: Set<String> = []
    /// Jobs that ask to hear of late starts and long runs.
    package internal(set) var watched: Set<String> = []
    /// Jobs that ask to hear of each run that went well.
    var praised: Set<String> = []
    /// How long the runs of jobs took that are to be compared with their history.
    package var baselines: [String: DurationBaseline] = [:]
    /// When an alert is to be looked at though nothing happens, and when a run will have waited or gone on for too long.
    var alertAlarm: Instant?
    var runAlarm: Instant?
    var room = AlertRoom()

    package init(
        routing: AlertRouting = AlertRouting(), host: String = "", alerts: [Alert] = [], silences: [AlertSilence] = [],
        newID: @escaping @Sendable (Instant) -> RunID = { RunID(milliseconds: $0.milliseconds) }
    ) {
        self.routing = routing
        self.host = host
        self.newID = newID
        for alert in alerts {
            self.alerts[alert.key] = alert
            room.take(alert.key)
            sort(alert)
        }
        for silence in silences { self.silences[silence.id] = silence }
    }

    /// The next moment at which something is to be looked at though nothing happens.
    package var nextAlarm: Instant? { [alertAlarm, runAlarm].compactMap(\.self).min() }

    /// Whether any alert fires.
    package var hasActive: Bool { !active.isEmpty }

    /// Alerts that fire, the worst first.
    package var firing: [Alert] {
        active.compactMap { alerts[$0] }.sorted { ($1.level, $0.since, $0.key.text) < ($0.level, $1.since, $1.key.text) }
    }

    /// The alert of this incident, or of this key, if it fires.
    package func alert(_ word: String) -> Alert? {
        firing.first { $0.state.incident?.id.rawValue == word || $0.key.text == word }
    }

    /// What was found out about a key. Good news about a key that nobody knows is no news, and a job that is left alone has none.
    mutating func take(_ finding: AlertFinding, of key: AlertKey, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        let known = alerts[key]
        guard known != nil || finding.level != .ok, !isLeftAlone(key.job) else { return }
        if known == nil, let bound = room.bound(against: key) {
            return changes.unfollowed.append(UnfollowedFinding(job: key.job, bound: bound))
        }
        var alert = known ?? Alert(key: key, last: finding)
        alert.last = finding
        alert.missing = nil
        if key.isCheck { alert.flaps.count(finding.level) }
        step(alert, by: .result(finding.level), world, &changes)
    }

    /// One step of an alert, and all that follows from it.
    /// - Returns: whether anything was told.
    @discardableResult
    mutating func step(
        _ alert: Alert, by event: AlertState.Event, _ world: AlertSurroundings, _ changes: inout AlertChanges
    ) -> Bool {
        let rule = rule(for: alert.key, world)
        var moment = AlertMoment(at: world.now, rule: rule, newID: newID(world.now))
        let reason = reasonToHoldBack(alert, event, rule: rule, world)
        moment.isSuppressed = reason != nil
        moment.isFlapping = alert.flaps.isFlapping
        let before = alert.state.incident
        let step = alert.state.after(event, moment)
        var next = alert
        next.state = step.state
        note(before, next, because: reason, world.now, &changes)
        if let told = step.told { tell(told, of: next, rule: rule, world.now, &changes) }
        if reason == nil { heldBack.remove(alert.key) } else { heldBack.insert(alert.key) }
        put(next, world.now, &changes)
        return step.told != nil
    }

    /// Keeps an alert that changed.
    mutating func put(_ alert: Alert, _ now: Instant, _ changes: inout AlertChanges) {
        let known = alerts[alert.key]
        guard alert != known else { return }
        sort(alert)
        if alert.isForgettable {
            alerts[alert.key] = nil
            guard let known else { return }
            room.free(alert.key)
            changes.alerts.append(.forget(known))
            return
        }
        if known == nil { room.take(alert.key) }
        var alert = alert
        if alert.state != known?.state { alert.changedAt = now }
        alert.revision += 1
        alerts[alert.key] = alert
        changes.alerts.append(.put(alert))
    }

    /// Notes whether it fires, or may.
    private mutating func sort(_ alert: Alert) {
        active.remove(alert.key)
        pending.remove(alert.key)
        switch alert.state {
        case .firing, .clearing: active.insert(alert.key)
        case .pending(let trouble) where trouble.bad != nil: pending.insert(alert.key)
        case .ok, .pending: break
        }
        if alert.state.incident == nil { heldBack.remove(alert.key) }
    }

    /// The rule of a key: patience is for checks, what the daemon finds out is so.
    func rule(for key: AlertKey, _ world: AlertSurroundings) -> AlertRule {
        if let job = key.crowdedJob { return crowdedRule(of: job, world) }
        guard key.job != AlertKey.ownJob else { return ownRule(besides: key.channel) }
        let rule = routing.rule(for: world.definition(key.job))
        return key.isCheck ? rule : rule.withoutPatience
    }

    /// Who hears of a job hears that not all of it is followed, whatever else goes on.
    private func crowdedRule(of job: String, _ world: AlertSurroundings) -> AlertRule {
        var rule = routing.rule(for: world.definition(job)).withoutPatience
        (rule.parents, rule.unit) = ([], nil)
        return rule
    }

    /// Of a channel that fails, the others hear.
    private func ownRule(besides channel: String?) -> AlertRule {
        var rule = routing.rule(for: nil).withoutPatience
        let fallback = channel.flatMap { routing.receivers[$0]?.fallback }.map { [$0] } ?? []
        let others = (rule.criticalChannels + rule.channels + fallback).filter { $0 != channel }.withoutRepetition
        (rule.channels, rule.criticalChannels) = (others, others)
        return rule
    }

    private func reasonToHoldBack(
        _ alert: Alert, _ event: AlertState.Event, rule: AlertRule, _ world: AlertSurroundings
    ) -> String? {
        guard isAskedFor(alert.key, event.level ?? alert.level, by: rule) else { return "its job does not ask for it" }
        if let reason = reasonForQuiet(about: alert, rule: rule, world) { return reason }
        return parent(of: alert.key, rule: rule, world).map { "\($0) is bad" }
    }

    /// A silence, or work on the unit, holds back what is about it.
    func reasonForQuiet(about alert: Alert, rule: AlertRule, _ world: AlertSurroundings) -> String? {
        if let reason = silence(of: alert.key.text, world.now) { return reason }
        let units = [rule.unit, alert.last.systemdUnit].compactMap(\.self)
        return world.maintenance.first { $0.until > world.now && units.contains($0.unit) }.map { "\($0.unit) is being maintained" }
    }

    func silence(of key: String, _ now: Instant) -> String? {
        let silence = silences.values.filter { $0.isActive(at: now) && AlertPattern.matches($0.pattern, key) }.min { $0.id < $1.id }
        return silence.map { "silenced by \($0.author)" }
    }
}
