/// Who hears of a job, and how: `notify` and `heartbeat`.
package struct Notices: Sendable, Hashable, Codable {
    /// What is told.
    package enum Occasion: String, Sendable, Hashable, Codable, CaseIterable {
        case failure, recovery, late, warning, missed, success
        case slow
    }

    package var occasions: [Occasion]
    /// Names of channels in the daemon's file.
    package var channels: [String]
    /// The address that gets start, success and failure pings.
    package var heartbeat: String?

    package init() {
        occasions = []
        channels = []
    }

    /// The heartbeat's address for people: scheme and host. What follows is as good as a password.
    package var maskedHeartbeat: String? {
        guard let heartbeat else { return nil }
        let scheme = heartbeat.firstRange(of: "://").map { String(heartbeat[..<$0.upperBound]) } ?? ""
        let authority = heartbeat.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return "\(scheme)\(host)/***"
    }
}

/// How much of a job's history stays.
package struct HistoryRule: Sendable, Hashable, Codable {
    /// Runs, the newest first.
    package var keep: Int
    /// Older ones go.
    package var maxAge: Duration

    /// 200 runs, 90 days.
    package init(keep: Int = 200, maxAge: Duration = .seconds(90 * 86_400)) {
        self.keep = keep
        self.maxAge = maxAge
    }
}
