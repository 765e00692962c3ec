import Crypto
import FoundationEssentials
import JobKit
import SchedulerCore
import Transfer

/// A notice for any receiver of JSON, or of what a template makes.
struct WebhookMessage {
    let notice: AlertNotice
    /// nil for the standard body.
    var template: NoticeTemplate?
    var contentType = "application/json"

    init(_ notice: AlertNotice, template: NoticeTemplate? = nil, contentType: String = "application/json") {
        self.notice = notice
        self.template = template
        self.contentType = contentType
    }

    func body() throws(ChannelProblem) -> [UInt8] {
        guard let template else { return try JSONBody.bytes(of: NoticeBody(notice)) }
        return Array(template.filled(from: notice, escaping: .init(contentType: contentType)).utf8)
    }

    /// - Parameters:
    ///   - now: seconds since 1970; it is signed, too, so that an old request cannot be sent anew.
    func request(
        to url: String, headers: [(name: String, value: String)] = [], signingKey: Secret? = nil, now: Int64
    ) throws(ChannelProblem) -> HTTPRequest {
        var request = HTTPRequest("POST", url)
        let body = try body()
        request.body = body
        request.headers =
            headers + [("Content-Type", contentType), ("Idempotency-Key", notice.delivery.rawValue)]
        if let signingKey { request.headers.append(("X-Signature", Self.signature(of: body, at: now, key: signingKey))) }
        return request
    }

    /// `t=SECONDS,v1=HEX`: HMAC-SHA256 over the seconds, a dot and the body.
    static func signature(of body: [UInt8], at now: Int64, key: Secret) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(now).".utf8) + body, using: SymmetricKey(data: Array(key.exposedValue.utf8)))
        let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "t=\(now),v1=\(hex)"
    }
}
