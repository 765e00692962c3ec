/// What kind of schedule an expression is.
public enum CronKind: Sendable, Hashable {
    /// Fields, or a nickname that stands for fields.
    case calendar(CronClass)
    /// `@every`: real time that passes between two occurrences.
    case every(Duration)
    /// `@reboot`: one occurrence per boot.
    case reboot
}

/// How a calendar schedule behaves when the clock leaps or falls back.
public enum CronClass: String, Sendable, Hashable, CaseIterable {
    /// Slots name times of the day: a missing one runs right after the gap, a repeated one runs once.
    case fixedTime = "fixed-time"
    /// The text of the minute or hour field begins with `*`: the beat of real time counts, gaps and repeats are followed as they are.
    case interval
}
