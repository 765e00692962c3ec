import CronSchedule
import FoundationEssentials
import Transfer

/// How long a server wants to be left alone.
enum RetryAfter {
    /// No server is given more: it would be the same as to lose the notice.
    static let longest = Duration.seconds(86_400)

    /// The header of RFC 9110 section 10.2.3, in seconds or as a date.
    static func header(of response: HTTPResponse, now: Int64) -> Duration? {
        guard let text = response.header("Retry-After") else { return nil }
        if let seconds = Double(text) { return bounded(seconds) }
        guard let moment = MailDate.instant(http: text) else { return nil }
        return bounded(Double(moment.milliseconds - now) / 1000)
    }

    /// Discord's answer says it more exactly than the header: `{"retry_after": 0.65}`.
    static func discord(_ response: HTTPResponse, now: Int64) -> Duration? {
        struct Answer: Decodable {
            let seconds: Double
            private enum CodingKeys: String, CodingKey { case seconds = "retry_after" }
        }
        // An answer of something else than Discord, a proxy for one, has only the header.
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else { return header(of: response, now: now) }
        return bounded(answer.seconds)
    }

    private static func bounded(_ seconds: Double) -> Duration? {
        guard seconds.isFinite else { return nil }
        return min(longest, .milliseconds(Int64((max(0, min(seconds, 86_400)) * 1000).rounded(.up))))
    }
}
