/// How long the last good runs of a job took, and whether another one fits among them.
package struct DurationBaseline: Sendable, Hashable {
    /// Runs that are remembered.
    package static let length = 20
    /// With fewer nothing is said.
    package static let least = 8
    /// What is no news in any case.
    private static let leastDifference = 5_000.0

    /// Milliseconds, oldest first.
    private var durations: [Int64] = []

    /// - Parameter durations: milliseconds, oldest first.
    package init(_ durations: [Int64] = []) {
        self.durations = Array(durations.suffix(Self.length))
    }

    package mutating func take(_ duration: Int64) {
        durations = Array((durations + [duration]).suffix(Self.length))
    }

    /// What is usual, when `duration` is far from it; nil when it is not, and when too little is known.
    ///
    /// Far: more than four standard deviations (by the median of the absolute differences), half of the median, and five seconds.
    package func usual(ifFarFrom duration: Int64) -> Int64? {
        guard durations.count >= Self.least else { return nil }
        let middle = Self.median(durations.map(Double.init))
        let spread = Self.median(durations.map { abs(Double($0) - middle) }) * 1.4826
        let bound = max(4 * spread, middle / 2, Self.leastDifference)
        return abs(Double(duration) - middle) > bound ? Int64(middle) : nil
    }

    private static func median(_ numbers: [Double]) -> Double {
        let sorted = numbers.sorted()
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
}
