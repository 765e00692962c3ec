package import CronSchedule

/// What an operator asks for.
extension AlertBook {
    /// Why a request changes nothing.
    package enum Refusal: Error, Sendable, Hashable {
        /// No alert that fires has this id or key.
        case unknownAlert(String)
        case unknownSilence(String)
        case tooManySilences
    }

    /// Stops reminders and the escalation of an alert.
    package mutating func acknowledge(
        _ word: String, by author: String, _ world: AlertSurroundings
    ) throws(Refusal) -> (alert: Alert, changes: AlertChanges) {
        guard let alert = alert(word) else { throw .unknownAlert(word) }
        var changes = AlertChanges()
        step(alert, by: .acknowledged(by: author.cut(to: AlertKey.textBound)), world, &changes)
        changes.history.append(
            AlertRecord(
                .acknowledged, at: world.now, key: alert.key, alert: alert.state.incident?.id, level: alert.level, detail: "by \(author)"))
        settle(world)
        return (alerts[alert.key] ?? alert, changes)
    }

    /// Holds notices back of all keys that `pattern` fits.
    package mutating func silence(
        _ pattern: String, until: Instant, by author: String, reason: String, _ world: AlertSurroundings
    ) throws(Refusal) -> (silence: AlertSilence, changes: AlertChanges) {
        silences = silences.filter { $0.value.isActive(at: world.now) }
        guard silences.count < AlertSilence.bound else { throw .tooManySilences }
        let silence = AlertSilence(
            id: newID(world.now), pattern: pattern, until: until, author: author, reason: reason, createdAt: world.now)
        silences[silence.id] = silence
        var changes = AlertChanges()
        changes.silences = [silence]
        changes.history = [
            AlertRecord(
                .silenced, at: world.now, key: nil, alert: nil, level: .ok,
                detail: "\(silence.pattern) by \(silence.author) until \(until): \(silence.reason)")
        ]
        tick(world, &changes)
        return (silence, changes)
    }

    /// Ends a silence; alerts that it held back are told.
    package mutating func unsilence(
        _ word: String, by author: String, _ world: AlertSurroundings
    ) throws(Refusal) -> (silence: AlertSilence, changes: AlertChanges) {
        let found = silences.values.filter { $0.isActive(at: world.now) && ($0.id.rawValue == word || $0.pattern == word) }
        guard var silence = found.min(by: { $0.id < $1.id }) else { throw .unknownSilence(word) }
        silence.endedAt = world.now
        silences[silence.id] = nil
        var changes = AlertChanges()
        changes.silences = [silence]
        changes.history = [
            AlertRecord(
                .unsilenced, at: world.now, key: nil, alert: nil, level: .ok, detail: "\(silence.pattern) by \(author)")
        ]
        tick(world, &changes)
        return (silence, changes)
    }

    /// Time went by: reminders, escalations, and what was held back and is no more.
    mutating func tick(_ world: AlertSurroundings, _ changes: inout AlertChanges) {
        guard keepsTime else { return }
        followClock(world, &changes)
        for key in active.sorted() {
            // A change, an escalation and a reminder at the same moment are three notices.
            for _ in 0..<3 {
                guard let alert = alerts[key], step(alert, by: .tick, world, &changes) else { break }
            }
        }
        settle(world)
    }

    /// A silence that was made while the clock was ahead lasts, from now on, for as long as was asked for.
    private mutating func followClock(_ world: AlertSurroundings, _ changes: inout AlertChanges) {
        let latest = world.now.moved(by: OutboxRow.clockTolerance)
        for var silence in silences.values.sorted(by: { $0.id < $1.id }) where silence.createdAt > latest {
            silence.until = world.now.moved(by: silence.until.since(silence.createdAt))
            silence.createdAt = world.now
            silences[silence.id] = silence
            changes.silences.append(silence)
            changes.history.append(
                AlertRecord(
                    .silenced, at: world.now, key: nil, alert: nil, level: .ok,
                    detail: "\(silence.pattern) until \(silence.until): the clock was set back"))
        }
    }

    /// Finds the next moment at which something is to be looked at.
    mutating func settle(_ world: AlertSurroundings) {
        var moments: [Instant] = []
        for key in active where !heldBack.contains(key) {
            guard let incident = alerts[key]?.state.incident, case .firing = alerts[key]?.state else { continue }
            if let next = incident.nextDue(by: rule(for: key, world)) { moments.append(next) }
        }
        if !heldBack.isEmpty {
            moments += silences.values.filter { $0.isActive(at: world.now) }.map(\.until)
            moments += world.maintenance.map(\.until).filter { $0 > world.now }
            moments += pendingEnds(after: world.now)
        }
        alertAlarm = moments.min()
    }
}
