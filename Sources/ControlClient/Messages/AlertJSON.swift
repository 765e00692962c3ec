import CronSchedule
package import SchedulerCore

/// An alert in JSON: stable keys, instants in ISO 8601 UTC.
package struct AlertJSON: Sendable, Hashable, Codable {
    package let key: String
    package let state: String
    /// How bad it is; `ok` while nothing fires.
    package let level: String
    /// Of the incident; nil while nothing fires.
    package let alert: String?
    package let job: String
    package let check: String?
    package let target: String?
    package let summary: String
    package let details: String
    package let value: Double?
    package let unit: String?
    package let warning: Double?
    package let critical: Double?
    package let run: String?
    /// Since when it is as it is.
    package let since: String
    /// When it fired.
    package let firedAt: String?
    /// When somebody was told last; nil when nobody was.
    package let toldAt: String?
    package let notices: Int
    package let channels: [String]
    package let acknowledgedBy: String?
    package let acknowledgedAt: String?
    package let escalated: Bool
    package let flapping: Bool

    package init(_ alert: Alert) {
        let incident = alert.state.incident
        key = alert.key.text
        state = alert.state.word.rawValue
        level = alert.level.rawValue
        self.alert = incident?.id.rawValue
        job = alert.key.job
        check = alert.key.isCheck ? alert.key.name : nil
        target = alert.key.target
        summary = alert.last.summary
        details = alert.last.details
        value = alert.last.value
        unit = alert.last.unit
        warning = alert.last.warning
        critical = alert.last.critical
        run = alert.last.run?.rawValue
        since = alert.since.description
        firedAt = incident?.firedAt.description
        toldAt = incident?.told?.at.description
        notices = incident?.notices ?? 0
        channels = incident?.channels ?? []
        acknowledgedBy = incident?.acknowledged?.by
        acknowledgedAt = incident?.acknowledged?.at.description
        escalated = incident?.isEscalated ?? false
        flapping = alert.flaps.isFlapping
    }
}

/// A silence in JSON.
package struct SilenceJSON: Sendable, Hashable, Codable {
    package let silence: String
    package let pattern: String
    package let until: String
    package let author: String
    package let reason: String
    package let createdAt: String
    package let endedAt: String?

    package init(_ silence: AlertSilence) {
        self.silence = silence.id.rawValue
        pattern = silence.pattern
        until = silence.until.description
        author = silence.author
        reason = silence.reason
        createdAt = silence.createdAt.description
        endedAt = silence.endedAt?.description
    }
}
