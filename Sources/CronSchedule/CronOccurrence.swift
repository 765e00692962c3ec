/// A moment at which a schedule fires, and what the clock had to do with it.
public struct CronOccurrence: Sendable, Hashable {
    /// The moment.
    public let instant: Instant
    /// How many slots of the timetable this one occurrence stands for: 1, or more after a gap that swallowed several,
    /// a real slot at the first moment after the gap counted in.
    public let slots: Int
    /// What a change of the clock did; nil on all other days.
    public let note: ClockNote?

    /// What a change of the clock does to an occurrence.
    public enum ClockNote: Sendable, Hashable {
        /// It stands for local times that did not exist, from `first` to `last` (`HH:MM`, with seconds when there are any).
        case afterGap(first: String, last: String)
        /// The wall clock will show the same time once more.
        case firstPass
        /// The wall clock has shown the same time before.
        case secondPass
    }
}
