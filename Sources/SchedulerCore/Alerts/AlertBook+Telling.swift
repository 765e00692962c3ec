import CronSchedule

/// What of the steps of an alert is told, and to whom.
extension AlertBook {
    /// Notes the beginning and the end of an incident.
    func note(
        _ before: AlertIncident?, _ alert: Alert, because reason: String?, _ now: Instant, _ changes: inout AlertChanges
    ) {
        let incident = alert.state.incident
        guard before?.id != incident?.id else { return }
        if let before {
            changes.history.append(
                AlertRecord(.resolved, at: now, key: alert.key, alert: before.id, level: before.level, detail: alert.last.summary))
        }
        if let incident {
            let held = reason.map { " (nobody is told: \($0))" } ?? ""
            changes.history.append(
                AlertRecord(.fired, at: now, key: alert.key, alert: incident.id, level: incident.level, detail: alert.last.summary + held))
        }
    }

    /// Writes a notice for each channel.
    func tell(_ told: AlertState.Told, of alert: Alert, rule: AlertRule, _ now: Instant, _ changes: inout AlertChanges) {
        let incident = told.incident
        let isCritical = incident.level == .critical
        var names: [String] = []
        for channel in channels(for: told, of: alert.key, rule: rule).withoutRepetition {
            let start = opening(of: channel, at: now, isCritical: isCritical)
            // It would come with what it reminds of.
            if told.occasion == .reminder, start > now { continue }
            let row = row(notice(told, of: alert, now), to: channel, now, from: start)
            changes.notices.append(row)
            // What waits for the end of quiet hours would hold up what is critical: notices of a lane keep their order.
            if isCritical { changes.released.append(ReleasedLane(channel: channel, lane: row.lane, at: now, until: row.nextAttempt)) }
            names.append(start > now ? "\(channel) (after its quiet hours)" : channel)
        }
        guard !names.isEmpty else { return }
        changes.history.append(
            AlertRecord(
                .told, at: now, key: alert.key, alert: incident.id, level: incident.level,
                detail: "\(told.occasion.rawValue) to \(names.joined(separator: ", "))"))
    }

    private func opening(of channel: String, at now: Instant, isCritical: Bool) -> Instant {
        routing.receivers[channel]?.opening(at: now, isCritical: isCritical) ?? now
    }

    /// Tells of a run that went well, where the job asks for it: it begins and ends nothing.
    func praise(_ run: Run, _ world: AlertSurroundings, _ changes: inout AlertChanges) {
        let moment = world.now.milliseconds
        let alert = newID(world.now)
        for channel in routing.rule(for: world.definition(run.job)).channels.withoutRepetition {
            let notice = AlertNotice(
                delivery: newID(world.now), alert: alert, key: "\(run.job)/success", occasion: .resolved, severity: .warning, job: run.job,
                summary: "\(run.job) succeeded: \(run.ending?.summary ?? "")".cut(to: AlertFinding.summaryBound), details: "",
                startedAt: (run.startedAt ?? world.now).milliseconds, endedAt: moment, host: host, sequence: 1, run: run.id)
            let start = opening(of: channel, at: world.now, isCritical: false)
            changes.notices.append(OutboxRow(notice: notice, channel: channel, createdAt: world.now, nextAttempt: start))
        }
    }

    /// A row of the outbox. For a channel that is told of several alerts in one notice, what begins or ends one waits for more.
    func row(
        _ notice: AlertNotice, to channel: String, _ now: Instant, from start: Instant, isFallback: Bool = false
    ) -> OutboxRow {
        var row = OutboxRow(notice: notice, channel: channel, createdAt: now, nextAttempt: start, isFallback: isFallback)
        guard routing.folded.contains(channel) else { return row }
        row.opensAt = start
        let isEnd = notice.occasion == .firing || notice.occasion == .resolved
        if isEnd, !isFallback { row.nextAttempt = start.moved(by: routing.groupWait) }
        return row
    }

    private func channels(for told: AlertState.Told, of key: AlertKey, rule: AlertRule) -> [String] {
        let isUnwanted = told.occasion == .resolved && key.aspect != nil && !rule.occasions.contains(.recovery)
        // One that the files do not name any more was told of the beginning, and takes nothing now.
        return isUnwanted
            ? [] : told.receivers.filter { routing.receivers[$0] != nil || (rule.channels + rule.criticalChannels).contains($0) }
    }

    /// Whether the daemon's file, or a job, names a channel.
    func isNamed(_ channel: String) -> Bool {
        routing.receivers[channel] != nil || (routing.channels + routing.criticalChannels).contains(channel) || named.contains(channel)
    }

    /// Whether the job asks to hear of this at all; of checks and of the daemon itself everybody hears.
    func isAskedFor(_ key: AlertKey, _ level: AlertLevel, by rule: AlertRule) -> Bool {
        guard let aspect = key.aspect, key.job != AlertKey.ownJob else { return true }
        return !rule.occasions.isDisjoint(with: aspect.occasions(at: level))
    }

    private func notice(_ told: AlertState.Told, of alert: Alert, _ now: Instant) -> AlertNotice {
        let (incident, last) = (told.incident, alert.last)
        let isOver = told.occasion == .resolved
        let flaps = alert.flaps.isFlapping ? " (it changes often: told once until that is over)" : ""
        return AlertNotice(
            delivery: newID(now), alert: incident.id, key: alert.key.text, occasion: told.occasion, severity: incident.level.severity,
            job: alert.key.job, check: alert.key.isCheck ? alert.key.name : nil, target: alert.key.target, summary: last.summary + flaps,
            details: last.details, value: last.value, unit: last.unit, warning: last.warning, critical: last.critical,
            startedAt: incident.startedAt.milliseconds, endedAt: isOver ? now.milliseconds : nil, host: host, sequence: incident.notices,
            run: last.run, acknowledgedBy: incident.acknowledged?.by)
    }
}

extension [String] {
    /// Each once, at its first place.
    var withoutRepetition: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension AlertKey.Aspect {
    /// The words of `notify: {on: …}` that ask for it.
    func occasions(at level: AlertLevel) -> Set<Notices.Occasion> {
        switch self {
        case .failure: level == .critical ? [.failure] : [.warning]
        case .late: [.late]
        case .neverStarted, .missed: [.missed]
        case .slow, .duration: [.slow]
        }
    }
}
