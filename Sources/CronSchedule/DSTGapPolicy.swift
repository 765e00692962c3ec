/// What happens to a fixed-time slot that the clock leapt over.
public enum DSTGapPolicy: String, Sendable, Hashable, CaseIterable {
    /// It runs at the first moment after the gap.
    case run
    /// It is dropped.
    case skip
}
