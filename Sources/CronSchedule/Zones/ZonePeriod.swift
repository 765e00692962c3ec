/// A stretch of time in which a zone keeps one offset from UTC.
public struct ZonePeriod: Sendable, Hashable {
    /// First second of the stretch, since the Unix epoch; ``distantPast`` when it has no beginning.
    public let start: Int64
    /// First second after the stretch; ``distantFuture`` when it has no end.
    public let end: Int64
    /// Seconds east of UTC.
    public let offset: Int

    /// The start of a stretch that has no beginning.
    public static let distantPast: Int64 = -(1 << 60)
    /// The end of a stretch that has no end.
    public static let distantFuture: Int64 = 1 << 60

    /// A stretch from `start` up to, and without, `end`; both are clamped to the distant past and future.
    @inline(__always)
    public init(start: Int64, end: Int64, offset: Int) {
        self.start = max(start, ZonePeriod.distantPast)
        self.end = min(end, ZonePeriod.distantFuture)
        self.offset = offset
    }
}
