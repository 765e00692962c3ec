/// When to look at files that change: after a short quiet time, so that many changes are one look, but not later than a bound.
struct Settling: Sendable {
    static let quiet = Duration.milliseconds(200)
    static let longest = Duration.seconds(2)

    /// When the first change came that nobody looked at; nil while all is quiet.
    private var first: Duration?

    /// A change at `now`, by any clock that only goes on.
    /// - Returns: how long to wait from now.
    mutating func changed(at now: Duration) -> Duration {
        let first = first ?? now
        self.first = first
        return max(.zero, min(Self.quiet, first + Self.longest - now))
    }

    /// The look begins.
    mutating func looked() { first = nil }
}
