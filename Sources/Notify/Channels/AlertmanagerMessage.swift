import CronSchedule
import SchedulerCore
import Transfer

/// A notice for the API v2 of Alertmanager: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml.
///
/// An alert that is not sent again ends there after five minutes by itself; the end that is sent along, far ahead, keeps it until the
/// next reminder. Alertmanager knows an alert by its labels, so another severity is another alert there: each notice
/// after the first one also ends the alert of the other severity. The alert's own id is a label, so that an end that comes late ends
/// nothing else.
struct AlertmanagerMessage: Encodable {
    struct Alert: Encodable {
        let labels: [String: String]
        let annotations: [String: String]
        let startsAt: String
        let endsAt: String
    }

    static let detailsLimit = 16 * 1024
    /// Of a label or a short annotation, in bytes; cut alike each time, so that an alert stays the same one.
    static let textLimit = 1024
    static let path = "/api/v2/alerts"
    /// A test ends by itself after so long, in milliseconds.
    private static let testSpan: Int64 = 300_000

    let alerts: [Alert]

    /// - Parameters:
    ///   - labels: what the file adds; our own names win.
    ///   - now: milliseconds since 1970.
    init(_ notice: AlertNotice, labels: [AlertmanagerChannel.Label] = [], expireAfter: Duration, now: Int64) {
        let added = Dictionary(labels.map { ($0.name, $0.value) }) { first, _ in first }
        let span = notice.occasion == .test ? Self.testSpan : expireAfter.components.seconds * 1000
        let isOver = notice.status == "resolved"
        let end = isOver ? notice.endedAt ?? now : now + span
        var alerts = [Self.alert(notice, severity: notice.severity, added: added, end: end)]
        if notice.sequence > 1 {
            let other: AlertNotice.Severity = notice.severity == .warning ? .critical : .warning
            alerts.append(Self.alert(notice, severity: other, added: added, end: isOver ? end : now))
        }
        self.alerts = alerts
    }

    func encode(to encoder: any Encoder) throws { try alerts.encode(to: encoder) }

    /// - Parameter url: of the server, with or without the path of the API.
    func request(to url: String, headers: [(name: String, value: String)] = []) throws(ChannelProblem) -> HTTPRequest {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        var request = HTTPRequest("POST", base.hasSuffix(Self.path) ? base : base + Self.path)
        request.headers = headers + [("Content-Type", "application/json")]
        request.body = try JSONBody.bytes(of: self)
        return request
    }

    private static func cut(_ text: String) -> String { TextLimit.bytes(textLimit).cut(text) }

    private static func alert(
        _ notice: AlertNotice, severity: AlertNotice.Severity, added: [String: String], end: Int64
    ) -> Alert {
        let name = notice.check ?? notice.key.split(separator: "/").last.map(String.init) ?? "alert"
        let ours: [String: String?] = [
            "alertname": name, "job": notice.job, "check": notice.check, "target": notice.target, "host": notice.host,
            "severity": severity.rawValue, "alert_id": notice.alert.rawValue,
        ]
        var annotations = ["summary": cut(notice.summary), "key": cut(notice.key)]
        if !notice.details.isEmpty { annotations["description"] = TextLimit.bytes(detailsLimit).cut(notice.details) }
        if let value = notice.value, value.isFinite { annotations["value"] = value.plainText + (notice.unit ?? "") }
        if let run = notice.run { annotations["run"] = run.rawValue }
        if let who = notice.acknowledgedBy { annotations["acknowledged_by"] = cut(who) }
        // An end before the start is refused: clocks may have been set between the two.
        return Alert(
            labels: added.merging(ours.compactMapValues { $0.map(cut) }.filter { !$0.value.isEmpty }) { _, own in own },
            annotations: annotations,
            startsAt: Instant(milliseconds: notice.startedAt).description,
            endsAt: Instant(milliseconds: max(end, notice.startedAt)).description)
    }
}
