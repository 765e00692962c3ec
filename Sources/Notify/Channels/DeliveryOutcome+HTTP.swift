import SchedulerCore
import Transfer

/// What counts as a yes, beside the status.
enum AnswerRule: Sendable, Hashable {
    case status
    /// Discord says in the body how long to wait.
    case discord
    /// Slack says "ok", and one word where it does not take something.
    case slack
}

extension DeliveryOutcome {
    /// - Parameters:
    ///   - place: where it went, without anything secret.
    ///   - now: milliseconds since 1970.
    init(_ response: HTTPResponse, from place: String, rule: AnswerRule, now: Int64) {
        let status = response.status
        let answered = "\(place) answered with status \(status)"
        switch status {
        case 200..<300 where rule == .slack && !Self.isOK(response):
            self = .refused(reason: "\(answered), but not with ok; check that the url of the channel is an incoming webhook")
        case 200..<300: self = .delivered
        case 300..<400: self = .refused(reason: "\(answered): redirects are not followed; write the address that it leads to")
        case 408, 425, 429, 500...:
            let pause = rule == .discord ? RetryAfter.discord(response, now: now) : RetryAfter.header(of: response, now: now)
            self = .again(reason: answered, retryAfter: pause)
        default:
            self = .refused(reason: answered + (rule == .slack ? Self.word(of: response) : ""))
        }
    }

    init(_ error: TransferError) {
        // A certificate that has run out is mended, too, and a stranger's network is left again.
        self = .again(reason: error.problem, retryAfter: nil)
    }

    private static func isOK(_ response: HTTPResponse) -> Bool {
        String(decoding: response.body.prefix(16), as: UTF8.self).filter { !$0.isWhitespace } == "ok"
    }

    /// Slack's word for what is wrong, such as `channel_is_archived`; nothing else of an answer is repeated.
    private static func word(of response: HTTPResponse) -> String {
        let isWord = (1...40).contains(response.body.count) && response.body.allSatisfy { 0x61...0x7a ~= $0 || $0 == UInt8(ascii: "_") }
        return isWord ? " (\(String(decoding: response.body, as: UTF8.self)))" : ""
    }
}
