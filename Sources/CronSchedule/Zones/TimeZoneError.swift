/// Why a time zone could not be had.
public struct TimeZoneError: Error, Sendable, Hashable {
    /// What went wrong and where.
    public let message: String
    /// What to write or install instead.
    public let fix: String

    /// An error with its way out.
    public init(message: String, fix: String) {
        self.message = message
        self.fix = fix
    }
}

extension TimeZoneError: CustomStringConvertible {
    /// Problem and fix in one line.
    public var description: String { "\(message); fix: \(fix)" }
}
