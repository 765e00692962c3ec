/// A moment in time, counted in milliseconds since 1970-01-01T00:00:00Z.
///
/// Calendar slots lie on whole seconds; milliseconds exist for `@every 1500ms` and for clocks.
/// Leap seconds are not counted, as in POSIX time.
public struct Instant: Sendable, Hashable, Comparable {
    /// Milliseconds since the Unix epoch; negative before 1970.
    public let milliseconds: Int64

    /// A moment that lies `milliseconds` after the Unix epoch.
    @inlinable
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A moment that lies `seconds` after the Unix epoch; values outside the range of milliseconds stop at its end.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Whole seconds since the Unix epoch, rounded down.
    public var seconds: Int64 {
        let quotient = milliseconds / 1_000
        return milliseconds % 1_000 < 0 ? quotient - 1 : quotient
    }

    /// Orders earlier moments first.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The moment `duration` later (earlier when negative), rounded down to a millisecond, or nil outside the range of `Instant`.
    public func advanced(by duration: Duration) -> Instant? {
        guard let span = duration.wholeMilliseconds else { return nil }
        let (sum, overflow) = milliseconds.addingReportingOverflow(span)
        return overflow ? nil : Instant(milliseconds: sum)
    }
}

extension Duration {
    /// The duration in milliseconds rounded down, or nil when it exceeds 64 bits.
    var wholeMilliseconds: Int64? {
        let (whole, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return nil }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let rest = components.attoseconds
        let part = rest / attosecondsPerMillisecond - (rest % attosecondsPerMillisecond < 0 ? 1 : 0)
        let (sum, carry) = whole.addingReportingOverflow(part)
        return carry ? nil : sum
    }
}
