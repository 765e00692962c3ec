/// Why a notice cannot be sent through a channel as it is set up; no other try can help before somebody mends that.
package struct ChannelProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, where, and what to do. Holds no secret.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }
}
