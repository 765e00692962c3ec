/// Why a transfer of a ``TransferSession`` did not come about.
package struct SessionError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Nobody answers there.
        case unreachable
        /// It took too long, or stood still.
        case timedOut
        /// The other side could not prove who it is.
        case untrusted
        /// The other side does not let us in.
        case loginRefused
        /// What was asked for is not there.
        case missing
        /// The other side's disk is full.
        case full
        /// The other side does not do that.
        case refused
        /// What is sent could not be read, or what comes could not be taken.
        case givenUp
        /// Somebody asked to stop.
        case stopped
        /// The connection broke off.
        case broken
    }

    package let kind: Kind
    /// What libcurl says of it.
    package let reason: String

    package var description: String { reason }
}
