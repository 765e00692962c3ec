/// How much a log line matters, least first.
public enum LogLevel: String, Sendable, Hashable, Codable, CaseIterable {
    /// For whoever looks for a fault.
    case debug
    /// What a run did.
    case info
    /// Something is named that needs a look.
    case warning
    /// Something did not work.
    case error
}
