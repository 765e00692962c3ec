/// How long the last answers took, in seconds.
struct ResponseTimes: Codable, Sendable, Hashable {
    /// Fewer tell no percentile.
    static let least = 20

    /// Oldest first.
    private(set) var seconds: [Double] = []

    mutating func add(_ value: Double, keeping bound: Int) {
        seconds.append(value)
        if seconds.count > bound { seconds.removeFirst(seconds.count - bound) }
    }

    /// By nearest rank: the smallest of the values that so many percent of all do not exceed.
    /// - Returns: nil with fewer than ``least`` values.
    func percentile(_ percent: Int) -> Double? {
        guard seconds.count >= Self.least else { return nil }
        let rank = (percent * seconds.count + 99) / 100
        return seconds.sorted()[max(1, min(seconds.count, rank)) - 1]
    }
}
