import Foundation
import SchedulerCore
import Testing
import Transfer

@testable import Notify

@Suite struct RetryAfterTests {
    /// 1994-11-06T08:49:37Z, in milliseconds.
    private static let then: Int64 = 784_111_777_000

    private func response(_ status: Int, retryAfter: String? = nil, body: String = "") -> HTTPResponse {
        var response = HTTPResponse(status: status)
        if let retryAfter { response.headers = [("retry-after", retryAfter)] }
        response.body = Array(body.utf8)
        return response
    }

    @Test(arguments: [
        ("120", Duration.seconds(120)), ("0", .zero), ("-5", .zero), ("1.5", .milliseconds(1500)), ("999999999999", .seconds(86_400)),
        ("Sun, 06 Nov 1994 08:50:07 GMT", .seconds(30)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
        ("soon", nil), ("", nil), ("nan", nil), ("Sun, 06 Nov 1994 08:50:07 CET", nil), ("Sun, 36 Nov 1994 08:50:07 GMT", nil),
    ])
    func secondsAndDatesAreRead(_ text: String, _ expected: Duration?) {
        #expect(RetryAfter.header(of: response(429, retryAfter: text), now: Self.then) == expected)
    }

    @Test func discordsOwnWordCountsMore() {
        let limited = response(
            429, retryAfter: "65", body: #"{"message": "You are being rate limited.", "retry_after": 0.6451, "global": false}"#)
        #expect(RetryAfter.discord(limited, now: 0) == .milliseconds(646))
        #expect(RetryAfter.discord(response(429, retryAfter: "65", body: "<html>"), now: 0) == .seconds(65))
        #expect(RetryAfter.discord(response(429), now: 0) == nil)
    }

    enum Verdict: Sendable { case delivered, again, refused }

    @Test(arguments: [
        (200, Verdict.delivered), (202, .delivered), (204, .delivered), (301, .refused), (302, .refused), (307, .refused), (400, .refused),
        (401, .refused), (403, .refused), (404, .refused), (408, .again), (410, .refused), (425, .again), (429, .again), (500, .again),
        (502, .again), (503, .again), (504, .again), (599, .again),
    ])
    func everyStatusHasItsVerdict(_ status: Int, _ verdict: Verdict) {
        let outcome = DeliveryOutcome(response(status), from: "https://a.test", rule: .status, now: 0)
        switch outcome {
        case .delivered: #expect(verdict == .delivered)
        case .again(let reason, _): #expect(verdict == .again && reason.hasPrefix("https://a.test answered with status \(status)"))
        case .refused(let reason): #expect(verdict == .refused && reason.hasPrefix("https://a.test answered with status \(status)"))
        }
    }

    @Test func slackSaysOkOrAWord() {
        #expect(DeliveryOutcome(response(200, body: "ok"), from: "p", rule: .slack, now: 0) == .delivered)
        #expect(
            DeliveryOutcome(response(200, body: "<html>log in"), from: "p", rule: .slack, now: 0)
                == .refused(reason: "p answered with status 200, but not with ok; check that the url of the channel is an incoming webhook")
        )
        #expect(
            DeliveryOutcome(response(410, body: "channel_is_archived"), from: "p", rule: .slack, now: 0)
                == .refused(reason: "p answered with status 410 (channel_is_archived)"))
        #expect(
            DeliveryOutcome(response(404, body: "T0/B0/secret"), from: "p", rule: .slack, now: 0)
                == .refused(reason: "p answered with status 404"))
    }
}
