import Transfer

/// How one try to deliver a ping went.
enum HeartbeatAttempt: Sendable, Hashable {
    case delivered
    /// Another try can help.
    case again(reason: String, fix: String)
    /// No other try can help.
    case refused(reason: String, fix: String)

    init(status: Int, place: String) {
        switch status {
        case 200..<300: self = .delivered
        case 429, 500...: self = .again(reason: "\(place) answered with status \(status)", fix: "look whether the other side is well")
        default: self = .refused(reason: "\(place) answered with status \(status)", fix: "check heartbeat: in the job file")
        }
    }

    init(_ error: TransferError) {
        switch error {
        case .notReachable, .timedOut, .withoutHandshake, .broken: self = .again(reason: error.problem, fix: error.fix)
        case .untrusted, .tooLarge, .cancelled: self = .refused(reason: error.problem, fix: error.fix)
        }
    }
}
