import Daemon
import JobKit
import SchedulerCore

/// What `alerts test` prints.
struct AlertsTestPage: Encodable {
    let channel: String
    /// delivered, again or refused
    let outcome: String
    let reason: String?
    /// Seconds for which the other side wants to be left alone.
    let retryAfterS: Double?

    private enum CodingKeys: String, CodingKey {
        case channel, outcome, reason
        case retryAfterS = "retry_after_s"
    }

    init(channel: String, outcome: DeliveryOutcome) {
        self.channel = channel
        switch outcome {
        case .delivered: (self.outcome, reason, retryAfterS) = ("delivered", nil, nil)
        case .again(let reason, let pause):
            self.outcome = "again"
            self.reason = reason
            retryAfterS = pause.map { Double($0.wholeMilliseconds) / 1000 }
        case .refused(let reason): (self.outcome, self.reason, retryAfterS) = ("refused", reason, nil)
        }
    }

    var text: String {
        let words =
            switch outcome {
            case "delivered": "delivered"
            case "again": "not delivered, another try may help"
            default: "refused, no other try can help"
            }
        let why = reason.map { ": \(HarmlessText.lines($0))" } ?? ""
        let pause = retryAfterS.map { "\n  the other side asks for a pause of \($0) s" } ?? ""
        return "\(channel): \(words)\(why)\(pause)"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(channel, forKey: .channel)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(reason, forKey: .reason)
        try container.encode(retryAfterS, forKey: .retryAfterS)
    }
}
