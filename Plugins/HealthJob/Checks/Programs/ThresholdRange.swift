/// A range as the programs of monitoring-plugins write thresholds: `10` (0 to 10), `10:` (10 and more), `~:10` (10 and less), `10:20`,
/// and `@10:20` for an alarm inside instead of outside.
struct ThresholdRange: Sendable, Hashable {
    let start: Double
    let end: Double
    /// Whether it is the inside that is an alarm.
    let isInverted: Bool

    /// nil when it is no such text.
    init?(_ text: some StringProtocol) {
        isInverted = text.hasPrefix("@")
        let parts = text.dropFirst(isInverted ? 1 : 0).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { return nil }
        let (low, high): (Double?, Double?)
        if parts.count == 1 {
            (low, high) = (0, Double(first))
        } else {
            low = first == "~" ? -.infinity : first.isEmpty ? 0 : Double(first)
            high = parts[1].isEmpty ? .infinity : Double(parts[1])
        }
        guard let low, let high, !low.isNaN, !high.isNaN, low <= high else { return nil }
        (start, end) = (low, high)
    }

    /// Whether a value is an alarm; the ends belong to the range.
    func isAlarm(for value: Double) -> Bool { (start...end).contains(value) == isInverted }

    /// The one number of a range that only bounds values from above, as `Check` has it.
    var ceiling: Double? { !isInverted && start <= 0 && end.isFinite ? end : nil }
}
