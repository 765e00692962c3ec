import CronSchedule
import JobKit
import SchedulerCore
import Transfer

/// A notice as an event of PagerDuty: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/.
///
/// An incident there is an alert here, from its first firing to its end, and so their keys are the same: a resolve that comes late ends
/// no later incident of the same cause.
struct PagerDutyEvent: Encodable {
    struct Payload: Encodable {
        let summary: String
        let source: String
        let severity: String
        let timestamp: String
        let component: String
        let group: String?
        let `class`: String?
        let customDetails: [String: String]

        private enum CodingKeys: String, CodingKey {
            case summary, source, severity, timestamp, component, group, `class`
            case customDetails = "custom_details"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case client, payload
        case routingKey = "routing_key"
        case eventAction = "event_action"
        case dedupKey = "dedup_key"
    }

    static let summaryLimit = 1024
    static let sourceLimit = 255
    static let factLimit = 1024
    /// An event may have 512 KB; nobody reads so much.
    static let detailsLimit = 16 * 1024

    let client = "acore-sched"
    let dedupKey: String
    let eventAction: String
    let payload: Payload
    let routingKey: String

    init(_ notice: AlertNotice, routingKey: String) {
        let words = NoticeWords(notice)
        self.routingKey = routingKey
        dedupKey = notice.alert.rawValue
        eventAction = notice.status == "resolved" ? "resolve" : "trigger"
        var details = Dictionary(words.facts.map { ($0.name.lowercased(), Self.cut($0.value)) }) { first, _ in first }
        details["key"] = Self.cut(notice.key)
        if !words.details.isEmpty { details["details"] = TextLimit.bytes(Self.detailsLimit).cut(words.details) }
        let source = NoticeWords.line(notice.host)
        payload = Payload(
            summary: TextLimit.units(Self.summaryLimit).cut(words.headline),
            source: TextLimit.units(Self.sourceLimit).cut(source.isEmpty ? "unknown" : source), severity: Self.severity(of: notice),
            timestamp: Instant(milliseconds: notice.endedAt ?? notice.startedAt).description,
            component: Self.cut(notice.job), group: notice.target.map(Self.cut), class: notice.check.map(Self.cut), customDetails: details)
    }

    func request(to url: String) throws(ChannelProblem) -> HTTPRequest {
        var request = HTTPRequest("POST", url)
        request.headers = [("Content-Type", "application/json")]
        request.body = try JSONBody.bytes(of: self)
        return request
    }

    private static func cut(_ text: String) -> String { TextLimit.units(factLimit).cut(text) }

    private static func severity(of notice: AlertNotice) -> String {
        notice.occasion == .test ? "info" : notice.severity.rawValue
    }
}
