/// Says when progress is worth an event: at most twice a second, in long runs less often, so that a run's log stays small.
struct ProgressPace {
    private static let shortest = Duration.milliseconds(500)
    private static let longest = Duration.seconds(5)
    /// An interval is this part of the time that has passed.
    private static let part = 400

    private let begun: ContinuousClock.Instant
    private var last: ContinuousClock.Instant

    init(from now: ContinuousClock.Instant) {
        begun = now
        last = now
    }

    /// Whether to tell something now; then the next time is later.
    mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
        guard now - last >= min(Self.longest, max(Self.shortest, (now - begun) / Self.part)) else { return false }
        last = now
        return true
    }
}
