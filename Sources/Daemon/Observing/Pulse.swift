/// What the loop is at, so that one that hangs can be told from one that has nothing to do. Times are of a clock that nobody sets.
///
/// Silence alone says nothing: an idle loop has no reason to wake, for hours.
package struct Pulse: Sendable, Hashable {
    /// How long each of these may last. A pass waits for the disk, and a ledger that is locked for some seconds.
    package static let patience = Duration.seconds(30)

    /// When the pass began that goes on.
    package var passBegan: Duration?
    /// When the loop is to look at the clock next.
    package var due: Duration?
    /// Since when a question to the loop has no answer.
    package var askedAt: Duration?

    package init(passBegan: Duration? = nil, due: Duration? = nil, askedAt: Duration? = nil) {
        self.passBegan = passBegan
        self.due = due
        self.askedAt = askedAt
    }

    /// Why the loop counts as hanging; nil when it does not.
    package func complaint(at now: Duration) -> String? {
        if let passBegan, now - passBegan > Self.patience {
            return "a pass of the scheduler has gone on for \((now - passBegan).components.seconds) s"
        }
        if let due, passBegan == nil, now - due > Self.patience {
            return "the scheduler was due \((now - due).components.seconds) s ago and has not looked at the clock"
        }
        if let askedAt, now - askedAt > Self.patience {
            return "the scheduler has not answered for \((now - askedAt).components.seconds) s"
        }
        return nil
    }
}
