package import CronSchedule

/// One time that a key was bad, from its firing to its end.
package struct AlertIncident: Sendable, Hashable, Codable {
    package var id: RunID
    /// How bad it is now.
    package var level: AlertLevel
    /// Since when the key is bad.
    package var startedAt: Instant
    /// When the patience was over.
    package var firedAt: Instant
    /// What was told first, and last; nil when nobody was told yet.
    package var first: Told?
    package var told: Told?
    /// Who was told so far, in the order in which they were: they hear of its end.
    package var channels: [String] = []
    /// Notices so far.
    package var notices = 0
    package var acknowledged: Acknowledgement?
    package var isEscalated = false

    package init(id: RunID, level: AlertLevel, startedAt: Instant, firedAt: Instant) {
        self.id = id
        self.level = level
        self.startedAt = startedAt
        self.firedAt = firedAt
    }

    /// A notice.
    package struct Told: Sendable, Hashable, Codable {
        package var at: Instant
        package var level: AlertLevel
    }

    /// Somebody has seen it: there are no reminders, and it is not escalated.
    package struct Acknowledgement: Sendable, Hashable, Codable {
        package var by: String
        package var at: Instant

        package init(by: String, at: Instant) {
            self.by = by
            self.at = at
        }
    }

    /// What is to be told of an alert that fires, if anything. What was held back while it was suppressed is told afterwards.
    func due(_ now: AlertMoment) -> AlertNotice.Occasion? {
        guard !now.isSuppressed else { return nil }
        guard let told else { return .firing }
        if told.level != level { return .severity }
        if let next = escalations(by: now.rule).first, next.at <= now.at { return .escalation }
        if let at = reminderDue(now.rule), at <= now.at { return .reminder }
        return nil
    }

    /// When something is to be told though nothing happens; nil when nothing is.
    func nextDue(by rule: AlertRule) -> Instant? { [escalations(by: rule).first?.at, reminderDue(rule)].compactMap(\.self).min() }

    /// Who is to hear of it besides, and when, as long as nobody acknowledges it; the next one first.
    ///
    /// The time that a channel has for it begins when it is told: not in its quiet hours.
    private func escalations(by rule: AlertRule) -> [(at: Instant, channel: String)] {
        guard acknowledged == nil, let first else { return [] }
        let found = channels.compactMap { channel -> (at: Instant, channel: String)? in
            guard let receiver = rule.receivers[channel], let escalation = receiver.escalation, !channels.contains(escalation.channel)
            else { return nil }
            let start = receiver.opening(at: first.at, isCritical: level == .critical)
            return (start.moved(by: escalation.after), escalation.channel)
        }
        return found.sorted { ($0.at, $0.channel) < ($1.at, $1.channel) }
    }

    private func reminderDue(_ rule: AlertRule) -> Instant? {
        guard acknowledged == nil, let told, let reminder = rule.reminder else { return nil }
        // Who was not to be told before the morning is reminded from then on.
        let start = channels.map { rule.receivers[$0]?.opening(at: told.at, isCritical: level == .critical) ?? told.at }.min()
        return (start ?? told.at).moved(by: reminder)
    }

    /// Counts a notice.
    /// - Returns: who gets it.
    mutating func tell(_ occasion: AlertNotice.Occasion, _ now: AlertMoment) -> [String] {
        notices += 1
        guard occasion != .escalation else { return escalate(now) }
        told = Told(at: now.at, level: level)
        first = first ?? told
        for channel in now.rule.channels(for: level) where !channels.contains(channel) { channels.append(channel) }
        return channels
    }

    /// One that was told by this may have a time of its own that is over, too.
    private mutating func escalate(_ now: AlertMoment) -> [String] {
        isEscalated = true
        let known = channels.count
        while let next = escalations(by: now.rule).first, next.at <= now.at { channels.append(next.channel) }
        return Array(channels[known...])
    }

    /// A clock that was set back holds nothing up for longer than a rule asks for.
    mutating func clamp(to now: Instant) {
        firedAt = min(firedAt, now)
        if let first, first.at > now { self.first?.at = now }
        if let told, told.at > now { self.told?.at = now }
    }
}

/// What a step of an alert depends on besides its event.
package struct AlertMoment: Sendable {
    package var at: Instant
    package var rule: AlertRule
    /// A silence, the maintenance of its unit or the alert of a parent holds notices back.
    package var isSuppressed = false
    /// The key changes too often: it is one incident until that is over.
    package var isFlapping = false
    /// For an incident that begins.
    package var newID: RunID

    package init(at: Instant, rule: AlertRule, newID: RunID) {
        self.at = at
        self.rule = rule
        self.newID = newID
    }
}
