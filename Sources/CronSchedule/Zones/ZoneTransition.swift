/// A change of a zone's offset: a gap when the clock leaps forward, a repeat when it falls back.
public struct ZoneTransition: Sendable, Hashable {
    /// The first second with the new offset, since the Unix epoch.
    public let seconds: Int64
    /// Seconds east of UTC before.
    public let offsetBefore: Int
    /// Seconds east of UTC from then on.
    public let offsetAfter: Int

    /// A change at `seconds` from one offset to another.
    public init(at seconds: Int64, from offsetBefore: Int, to offsetAfter: Int) {
        self.seconds = seconds
        self.offsetBefore = offsetBefore
        self.offsetAfter = offsetAfter
    }

    /// The moment of the change.
    public var instant: Instant { Instant(seconds: seconds) }
    /// Seconds that the wall clock leaps forward (positive) or falls back (negative).
    public var leap: Int { offsetAfter - offsetBefore }
}
