import FoundationEssentials

/// What is remembered of one database: what the last checks found stands until the next ones.
struct DatabaseRecord: Codable, Sendable, Hashable {
    /// Which file it was.
    struct Identity: Codable, Sendable, Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// What one check found.
    struct Findings: Codable, Sendable, Hashable {
        let at: Date
        /// Empty when all was well.
        let complaints: [String]
        /// Why the check did not come to its end; then its complaints are those of the one before.
        let unfinished: String?
    }

    var identity: Identity?
    var quick: Findings?
    var full: Findings?
    var foreignKeys: Findings?
    /// Tables at the last look.
    var tableCount: Int?

    /// Whether a check has to be done again.
    /// - Parameters:
    ///   - pace: from one to the next.
    ///   - complaintPace: the same after one that found something or was cut short.
    static func isDue(_ last: Findings?, at now: Date, pace: Duration, complaintPace: Duration) -> Bool {
        guard let last else { return true }
        let isClean = last.complaints.isEmpty && last.unfinished == nil
        let wait = (isClean ? pace : min(pace, complaintPace)).inSeconds
        // A clock that was set back must not put a check off for longer than it takes anyway.
        let passed = now.timeIntervalSince(last.at)
        return passed >= wait || passed < 0
    }
}
