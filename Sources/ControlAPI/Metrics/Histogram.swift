/// How many values fell below each of some bounds, and what they come to together.
package struct Histogram: Sendable, Hashable {
    /// Upper ends of the buckets, ascending; a last bucket without an end follows.
    package let bounds: [Double]
    /// Values in each bucket alone, the one without an end included.
    package private(set) var counts: [UInt64]
    /// All values together.
    package private(set) var sum = 0.0

    /// An empty one.
    package init(bounds: [Double]) {
        // From a million on OpenMetrics wants them in another form than Swift writes them in.
        precondition(
            zip(bounds, bounds.dropFirst()).allSatisfy(<) && bounds.allSatisfy { $0 < 1_000_000 },
            "bounds of a histogram ascend, below a million: \(bounds)")
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// How many values it has.
    package var count: UInt64 { counts.reduce(0, &+) }

    /// Counts a value. One below zero, which only a clock that was set makes, counts as zero: a sum that falls would say that counting began anew.
    package mutating func observe(_ value: Double) {
        guard value.isFinite else { return }
        let value = max(0, value)
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] &+= 1
        sum += value
    }
}
