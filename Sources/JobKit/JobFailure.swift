/// Why a run did not do its work: what happened, where, how to fix it, and whether trying again can help.
public struct JobFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whether another attempt can end better.
    public enum Retry: String, Sendable, Hashable, Codable {
        /// The cause may be gone by then (network, lock, room on the disk).
        case mayHelp = "may_help"
        /// The same attempt fails again until somebody changes something.
        case cannotHelp = "cannot_help"
    }

    /// What happened and where.
    public let problem: String
    /// The part of the job that failed, for example `walk`.
    public let area: String
    /// What to do about it.
    public let fix: String
    /// Whether another attempt can help.
    public let retry: Retry

    /// A failure in `area`.
    public init(_ problem: String, in area: String, fix: String, retry: Retry) {
        self.problem = problem
        self.area = area
        self.fix = fix
        self.retry = retry
    }

    /// Area, problem and fix in one line.
    public var description: String { "\(area): \(problem); fix: \(fix)" }
}
