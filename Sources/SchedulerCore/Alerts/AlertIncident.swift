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
    /// When those of them were told that came to it after the first notice, but for those to whom it was escalated.
    package var latecomers: [String: Instant]?
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
        guard let told else { return now.rule.channels(for: level).isEmpty ? nil : .firing }
        if told.level != level { return .severity }
        if !newcomers(by: now.rule).isEmpty { return .firing }
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
            let start = receiver.opening(at: latecomers?[channel] ?? first.at, isCritical: level == .critical)
            return (start.moved(by: escalation.after), escalation.channel)
        }
        return found.sorted { ($0.at, $0.channel) < ($1.at, $1.channel) }
    }

    /// Channels of the rule that have not heard of what others were told: the files were changed meanwhile, or it was silenced for them.
    /// What somebody has seen to they need not hear. One that the daemon's file does not name was refused once, and takes nothing.
    private func newcomers(by rule: AlertRule) -> [String] {
        guard acknowledged == nil else { return [] }
        return rule.channels(for: level).filter { rule.receivers[$0] != nil && !channels.contains($0) }
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
        if occasion == .firing, told != nil { return join(newcomers(by: now.rule), at: now.at) }
        join(now.rule.channels(for: level), at: now.at)
        told = Told(at: now.at, level: level)
        first = first ?? told
        return channels
    }

    /// Adds channels to those that hear of it.
    /// - Returns: the new ones.
    @discardableResult
    private mutating func join(_ names: [String], at now: Instant) -> [String] {
        let known = channels.count
        for name in names where !channels.contains(name) {
            channels.append(name)
            if first != nil { latecomers = (latecomers ?? [:]).merging([name: now]) { $1 } }
        }
        return Array(channels[known...])
    }

    /// A channel is not told after all of what was written for it.
    /// - Parameter isBeginning: whether it was the first thing that the channel was to hear of this.
    mutating func withdraw(from channel: String, isBeginning: Bool, _ now: AlertMoment) {
        guard isBeginning else {
            // It concerned how bad it is; what is known of that is open, and is told anew.
            told?.level = .ok
            return
        }
        channels.removeAll { $0 == channel }
        latecomers?[channel] = nil
        if channels.isEmpty, now.isSuppressed { (told, first) = (nil, nil) }
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
        latecomers = latecomers?.mapValues { min($0, now) }
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
