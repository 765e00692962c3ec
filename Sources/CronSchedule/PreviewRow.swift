/// One line of a preview: an occurrence as people read it.
public struct PreviewRow: Sendable, Hashable {
    /// The moment.
    public let instant: Instant
    /// The wall clock with its offset, for example `2027-03-28T03:00:00+02:00`.
    public let local: String
    /// The three-letter weekday, for example `Sun`.
    public let weekday: String
    /// How many slots it stands for; 1 but for gaps.
    public let slots: Int
    /// What a change of the clock does here, in words; nil on all other days.
    public let note: String?
}
