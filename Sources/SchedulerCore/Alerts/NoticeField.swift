import CronSchedule

/// What a template may name between `{{` and `}}`.
package enum NoticeField: String, Sendable, Hashable, CaseIterable {
    case delivery, id, key, occasion, status, severity, job, check, target, summary, details, value, unit, warning, critical
    case startedAt = "started_at"
    case endedAt = "ended_at"
    case host, sequence, run
    case acknowledgedBy = "acknowledged_by"

    /// The field's content: a number as such, a text, or nothing.
    package enum Content: Sendable, Hashable {
        case text(String)
        case number(String)
        case noText
        case noNumber
    }

    package func content(of notice: AlertNotice) -> Content {
        switch self {
        case .delivery: .text(notice.delivery.rawValue)
        case .id: .text(notice.alert.rawValue)
        case .key: .text(notice.key)
        case .occasion: .text(notice.occasion.rawValue)
        case .status: .text(notice.status)
        case .severity: .text(notice.severity.rawValue)
        case .job: .text(notice.job)
        case .check: Self.text(notice.check)
        case .target: Self.text(notice.target)
        case .summary: .text(notice.summary)
        case .details: .text(notice.details)
        case .value: Self.number(notice.value)
        case .unit: Self.text(notice.unit)
        case .warning: Self.number(notice.warning)
        case .critical: Self.number(notice.critical)
        case .startedAt: .text(Instant(milliseconds: notice.startedAt).description)
        case .endedAt: Self.text(notice.endedAt.map { Instant(milliseconds: $0).description })
        case .host: .text(notice.host)
        case .sequence: .number(String(notice.sequence))
        case .run: Self.text(notice.run?.rawValue)
        case .acknowledgedBy: Self.text(notice.acknowledgedBy)
        }
    }

    private static func text(_ text: String?) -> Content { text.map(Content.text) ?? .noText }

    private static func number(_ value: Double?) -> Content {
        value.flatMap { $0.isFinite ? Content.number($0.plainText) : nil } ?? .noNumber
    }
}

extension AlertNotice {
    /// Whether it goes on: `firing` or `resolved`.
    package var status: String {
        switch occasion {
        case .resolved: "resolved"
        case .firing, .severity, .reminder, .escalation, .test: "firing"
        }
    }
}

extension Double {
    /// Without `.0` behind whole numbers.
    package var plainText: String {
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
