/// Why an exchange did not come about. No text holds the path or the query of a URL: these may be secrets.
package enum TransferError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answers there.
    /// - code: errno of the attempt to connect; 0 where the name could not be resolved.
    case notReachable(place: String, reason: String, code: Int32)
    case timedOut(place: String)
    /// The other side could not prove who it is.
    case untrusted(place: String, reason: String)
    /// No TLS came about: the other side broke it off, or speaks none that we do. Nothing is known of its certificate.
    case withoutHandshake(place: String, reason: String)
    /// The answer is longer than ``HTTPRequest/maximumBodyBytes``.
    case tooLarge(place: String, bound: Int)
    case cancelled
    /// The exchange broke off, or what came is no HTTP.
    case broken(place: String, reason: String)

    /// What happened and where.
    package var problem: String {
        switch self {
        case .notReachable(let place, let reason, _): "\(place) is not reachable: \(reason)"
        case .timedOut(let place): "\(place) did not answer in time"
        case .untrusted(let place, let reason): "\(place) is not trusted: \(reason)"
        case .withoutHandshake(let place, let reason): "the TLS handshake with \(place) failed: \(reason)"
        case .tooLarge(let place, let bound): "\(place) answered with more than \(bound) bytes"
        case .cancelled: "the transfer was cancelled"
        case .broken(let place, let reason): "the exchange with \(place) broke off: \(reason)"
        }
    }

    /// What to do about it.
    package var fix: String {
        switch self {
        case .notReachable: "check the address, and that something listens there"
        case .timedOut: "look whether the other side is overloaded, or hangs"
        case .untrusted: "check the certificate of the other side and the machine's clock"
        case .withoutHandshake: "look whether the other side speaks TLS on this port, which versions it takes, and at its log"
        case .tooLarge: "ask for less"
        case .cancelled: "ask again"
        case .broken: "ask again; look at the log of the other side"
        }
    }

    package var description: String { "\(problem); fix: \(fix)" }
}
