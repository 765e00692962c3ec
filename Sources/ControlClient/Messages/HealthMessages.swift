/// The answer to `GET /health`: whether the daemon's loop lives.
package struct HealthMessage: Sendable, Hashable, Codable {
    /// What it comes to.
    package enum Status: String, Sendable, Hashable, Codable {
        case ok, failed
    }

    package var status: Status
    /// Why it failed.
    package var reason: String?

    /// - Parameter complaint: why it failed; nil when it did not.
    package init(complaint: String?) {
        status = complaint == nil ? .ok : .failed
        reason = complaint
    }
}

/// The answer to `GET /ready`: whether the daemon does its work.
package struct ReadinessMessage: Sendable, Hashable, Codable {
    /// Where the daemon is in its life.
    package enum Status: String, Sendable, Hashable, Codable {
        /// Job files, the ledger and what the daemon before left are being read.
        case starting
        /// Jobs are in force.
        case ready
        /// Jobs are in force, and none of them can start.
        case blocked
        case stopping
    }

    package var status: Status
    /// Why it is not ready.
    package var reason: String?

    package init(_ status: Status, because reason: String? = nil) {
        self.status = status
        self.reason = reason
    }
}
