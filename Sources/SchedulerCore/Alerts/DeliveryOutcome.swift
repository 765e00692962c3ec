/// How one try to deliver a notice went.
package enum DeliveryOutcome: Sendable, Hashable {
    case delivered
    /// Another try can help, not before `retryAfter` where the other side asked for that.
    case again(reason: String, retryAfter: Duration?)
    /// No other try can help.
    case refused(reason: String)
}
