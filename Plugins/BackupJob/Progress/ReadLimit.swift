import JobKit

/// A bucket of bytes that fills at a steady rate: who has taken more than it held waits until that is made up for.
struct ReadLimit {
    /// Bytes a second.
    private let rate: Double
    /// What the bucket holds at most: a quarter of a second's worth.
    private var depth: Double { rate / 4 }
    private var level: Double
    private var last: ContinuousClock.Instant

    init(_ rate: ByteCount, from now: ContinuousClock.Instant) {
        self.rate = Double(rate.bytes)
        level = self.rate / 4
        last = now
    }

    /// Takes bytes that were read.
    /// - Returns: how long to wait before the next are.
    mutating func pause(after bytes: Int, at now: ContinuousClock.Instant) -> Duration {
        level = min(depth, level + rate * ((now - last) / .seconds(1))) - Double(bytes)
        last = now
        return level < 0 ? .seconds(-level / rate) : .zero
    }
}
