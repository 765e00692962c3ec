package import CronSchedule

/// The identity of a due moment within its job and era.
package enum Slot: Sendable, Hashable {
    /// A moment of the timetable.
    case instant(Instant)
    /// One boot of the machine, by its boot id (`@reboot`).
    case boot(String)

    /// The moment; nil for a boot.
    package var instant: Instant? {
        switch self {
        case .instant(let instant): instant
        case .boot: nil
        }
    }
}
