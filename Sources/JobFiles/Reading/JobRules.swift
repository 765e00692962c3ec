import CronSchedule
import JobKit

/// What the checks of a job file know of the world.
struct JobRules: Sendable {
    let kinds: [String: KindDescription]
    /// Whether the daemon runs as root.
    let privileged: Bool
    /// The daemon's own user.
    let currentUser: String
    let machineZone: SystemTimeZone
    let zones = ZoneShelf()
    let users = UserShelf()
    /// The present, for warnings about schedules that have no further moment.
    let now: Instant

    func userExists(_ name: String) -> Bool { users.exists(name) }
}
