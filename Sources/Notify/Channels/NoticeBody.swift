import CronSchedule
import SchedulerCore

/// A notice as our own JSON, version 1: what webhooks and commands get. Every key is always there.
struct NoticeBody: Encodable {
    /// Of the details no more is sent, in bytes.
    static let detailsBound = 64 * 1024
    /// Of any other text.
    static let textBound = 4096

    private let notice: AlertNotice

    init(_ notice: AlertNotice) { self.notice = notice }

    private enum Key: String, CodingKey {
        case version, delivery, id, occasion, status, severity, job, check, target, summary, details, values, thresholds, host, seq, run
        case dedupKey = "dedup_key"
        case members
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case acknowledgedBy = "acknowledged_by"
    }

    private enum ValueKey: String, CodingKey { case value, unit }
    private enum ThresholdKey: String, CodingKey { case warning, critical }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(1, forKey: .version)
        try container.encode(notice.delivery.rawValue, forKey: .delivery)
        try container.encode(notice.alert.rawValue, forKey: .id)
        try container.encode(Self.cut(notice.key), forKey: .dedupKey)
        try container.encode(notice.occasion, forKey: .occasion)
        try container.encode(notice.status, forKey: .status)
        try container.encode(notice.severity, forKey: .severity)
        try container.encode(Self.cut(notice.job), forKey: .job)
        try container.encode(notice.check.map(Self.cut), forKey: .check)
        try container.encode(notice.target.map(Self.cut), forKey: .target)
        try container.encode(Self.cut(notice.summary), forKey: .summary)
        try container.encode(TextLimit.bytes(Self.detailsBound).cut(notice.details), forKey: .details)
        var values = container.nestedContainer(keyedBy: ValueKey.self, forKey: .values)
        try values.encode(Self.finite(notice.value), forKey: .value)
        try values.encode(notice.unit.map(Self.cut), forKey: .unit)
        var thresholds = container.nestedContainer(keyedBy: ThresholdKey.self, forKey: .thresholds)
        try thresholds.encode(Self.finite(notice.warning), forKey: .warning)
        try thresholds.encode(Self.finite(notice.critical), forKey: .critical)
        try container.encode(Instant(milliseconds: notice.startedAt).description, forKey: .startedAt)
        try container.encode(notice.endedAt.map { Instant(milliseconds: $0).description }, forKey: .endedAt)
        try container.encode(Self.cut(notice.host), forKey: .host)
        try container.encode(notice.sequence, forKey: .seq)
        try container.encode(notice.run?.rawValue, forKey: .run)
        try container.encode(notice.acknowledgedBy.map(Self.cut), forKey: .acknowledgedBy)
        try container.encode(notice.members.map { $0.map(Member.init) }, forKey: .members)
    }

    /// One of the alerts that a delivery tells of.
    private struct Member: Encodable {
        let notice: AlertNotice

        private enum Key: String, CodingKey {
            case id, occasion, status, severity, job, check, target, summary, seq, run
            case dedupKey = "dedup_key"
            case startedAt = "started_at"
            case endedAt = "ended_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(notice.alert.rawValue, forKey: .id)
            try container.encode(NoticeBody.cut(notice.key), forKey: .dedupKey)
            try container.encode(notice.occasion, forKey: .occasion)
            try container.encode(notice.status, forKey: .status)
            try container.encode(notice.severity, forKey: .severity)
            try container.encode(NoticeBody.cut(notice.job), forKey: .job)
            try container.encode(notice.check.map(NoticeBody.cut), forKey: .check)
            try container.encode(notice.target.map(NoticeBody.cut), forKey: .target)
            try container.encode(NoticeBody.cut(notice.summary), forKey: .summary)
            try container.encode(Instant(milliseconds: notice.startedAt).description, forKey: .startedAt)
            try container.encode(notice.endedAt.map { Instant(milliseconds: $0).description }, forKey: .endedAt)
            try container.encode(notice.sequence, forKey: .seq)
            try container.encode(notice.run?.rawValue, forKey: .run)
        }
    }

    private static func cut(_ text: String) -> String { TextLimit.bytes(textBound).cut(text) }

    /// JSON has no other numbers.
    private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
