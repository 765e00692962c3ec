import CronSchedule

/// Where a key is on the way from good to an alert and back. Every change goes through ``after(_:_:)``, so that no other can happen.
package enum AlertState: Sendable, Hashable, Codable {
    /// Nothing is wrong.
    case ok
    /// Bad, but not for as long as the rule asks for.
    case pending(Trouble)
    /// An alert.
    case firing(AlertIncident, Trouble)
    /// An alert whose key is good again, but not for as long as the rule asks for.
    case clearing(AlertIncident, Streak)

    /// What can happen to a key.
    package enum Event: Sendable, Hashable {
        case result(AlertLevel)
        /// Nobody looks at it any more: the job or the target is gone.
        case gone
        /// Time went by, or what held notices back is over.
        case tick
        case acknowledged(by: String)
        /// A channel heard of it in place of another one.
        case heard(by: String)
        /// A channel is not told after all of what was written for it: of its beginning, or of how bad it is.
        case withdrawn(from: String, isBeginning: Bool)

        /// How bad it says that things are; nil when it does not.
        var level: AlertLevel? {
            switch self {
            case .result(.ok), .gone, .tick, .acknowledged, .heard, .withdrawn: nil
            case .result(let level): level
            }
        }
    }

    /// A step: the state after it, and what is to be told.
    package struct Step: Sendable, Hashable {
        package var state: AlertState
        package var told: Told?
    }

    /// A notice that a step asks for, with the incident as it is with it.
    package struct Told: Sendable, Hashable {
        package var occasion: AlertNotice.Occasion
        package var incident: AlertIncident
        /// The channels that get it.
        package var receivers: [String]
    }

    /// The word for people and for columns.
    package enum Word: String, Sendable, Hashable, Codable, CaseIterable {
        case ok, pending, firing, clearing
    }

    package var word: Word {
        switch self {
        case .ok: .ok
        case .pending: .pending
        case .firing: .firing
        case .clearing: .clearing
        }
    }

    /// The alert that goes on; nil when none does.
    package var incident: AlertIncident? {
        switch self {
        case .ok, .pending: nil
        case .firing(let incident, _), .clearing(let incident, _): incident
        }
    }

    /// The step that `event` makes.
    package func after(_ event: Event, _ now: AlertMoment) -> Step {
        switch (self, event) {
        case (.ok, .result(.ok)), (.ok, .gone), (.ok, .tick), (.ok, .acknowledged), (.ok, .heard), (.ok, .withdrawn):
            Step(state: .ok)
        case (.ok, .result(let level)): Self.step(Trouble(level, at: now.at), now)
        case (.pending, .result(.ok)), (.pending, .gone): Step(state: .ok)
        case (.pending(let trouble), .result(let level)): Self.step(trouble.with(level, now), now)
        case (.pending, .tick), (.pending, .acknowledged), (.pending, .heard), (.pending, .withdrawn): Step(state: self)
        case (.firing(let incident, _), .result(.ok)): Self.step(incident, good: Streak(at: now.at), now)
        case (.firing(let incident, let trouble), .result(let level)): Self.step(incident, trouble.with(level, now), now)
        case (.firing(let incident, let trouble), .tick): Self.told(incident, trouble, now)
        case (.firing(let incident, let trouble), .acknowledged(let by)):
            Step(state: .firing(incident.acknowledged(by: by, now), trouble))
        case (.firing(let incident, let trouble), .heard(let channel)): Step(state: .firing(incident.heard(by: channel), trouble))
        case (.clearing(let incident, let good), .result(.ok)): Self.step(incident, good: .extended(good, at: now.at), now)
        case (.clearing(let incident, _), .result(let level)): Self.step(incident, Trouble(level, at: now.at), now)
        case (.clearing, .tick): Step(state: self)
        case (.clearing(let incident, let good), .acknowledged(let by)):
            Step(state: .clearing(incident.acknowledged(by: by, now), good))
        case (.clearing(let incident, let good), .heard(let channel)): Step(state: .clearing(incident.heard(by: channel), good))
        case (.firing(let incident, let trouble), .withdrawn(let channel, let isBeginning)):
            Step(state: .firing(incident.withdrawn(from: channel, isBeginning: isBeginning, now), trouble))
        case (.clearing(let incident, let good), .withdrawn(let channel, let isBeginning)):
            Step(state: .clearing(incident.withdrawn(from: channel, isBeginning: isBeginning, now), good))
        case (.firing(let incident, _), .gone), (.clearing(let incident, _), .gone): Self.resolved(incident, now)
        }
    }

    /// Not ok and no alert yet: it becomes one when the patience is over, or the key flaps.
    private static func step(_ trouble: Trouble, _ now: AlertMoment) -> Step {
        var level = trouble.level(by: now.rule)
        if level == nil, now.isFlapping, trouble.bad != nil { level = trouble.critical == nil ? .warning : .critical }
        guard let level else { return Step(state: .pending(trouble)) }
        let incident = AlertIncident(id: now.newID, level: level, startedAt: trouble.since ?? now.at, firedAt: now.at)
        return told(incident, trouble, now)
    }

    /// An alert that goes on: it gets worse when the patience for that is over, and better when it has been milder for the clear time.
    private static func step(_ incident: AlertIncident, _ trouble: Trouble, _ now: AlertMoment) -> Step {
        var incident = incident
        if let level = trouble.level(by: now.rule) {
            let mayFall = level != .unknown && now.rule.clear.isMet(by: trouble.mild) && !now.isFlapping
            if level > incident.level || mayFall { incident.level = level }
        }
        return told(incident, trouble, now)
    }

    private static func told(_ incident: AlertIncident, _ trouble: Trouble, _ now: AlertMoment) -> Step {
        var incident = incident
        incident.clamp(to: now.at)
        guard let occasion = incident.due(now) else { return Step(state: .firing(incident, trouble)) }
        let receivers = incident.tell(occasion, now)
        return Step(state: .firing(incident, trouble), told: Told(occasion: occasion, incident: incident, receivers: receivers))
    }

    private static func step(_ incident: AlertIncident, good: Streak, _ now: AlertMoment) -> Step {
        guard now.rule.clear.isMet(by: good), !now.isFlapping else { return Step(state: .clearing(incident, good)) }
        return resolved(incident, now)
    }

    /// Whoever was told of it hears of its end, also while a silence lasts: nobody is to wait for what is over.
    private static func resolved(_ incident: AlertIncident, _ now: AlertMoment) -> Step {
        guard incident.told != nil else { return Step(state: .ok) }
        var incident = incident
        incident.notices += 1
        return Step(state: .ok, told: Told(occasion: .resolved, incident: incident, receivers: incident.channels))
    }
}

extension Trouble {
    fileprivate func with(_ level: AlertLevel, _ now: AlertMoment) -> Trouble {
        var trouble = self
        trouble.take(level, at: now.at)
        return trouble
    }
}

extension AlertIncident {
    fileprivate func acknowledged(by name: String, _ now: AlertMoment) -> AlertIncident {
        var incident = self
        incident.acknowledged = Acknowledgement(by: name, at: now.at)
        return incident
    }

    fileprivate func withdrawn(from channel: String, isBeginning: Bool, _ now: AlertMoment) -> AlertIncident {
        var incident = self
        incident.withdraw(from: channel, isBeginning: isBeginning, now)
        return incident
    }

    fileprivate func heard(by channel: String) -> AlertIncident {
        var incident = self
        if !channels.contains(channel) { incident.channels.append(channel) }
        return incident
    }
}
