import CronSchedule
import JobKit
import SchedulerCore

/// What the checks of a job file know of the world.
struct JobRules: Sendable {
    let kinds: [String: KindDescription]
    /// Kinds whose plugins cannot be used.
    var brokenKinds: [String: BrokenKind] = [:]
    /// Whether the daemon runs as root.
    let privileged: Bool
    /// The daemon's own user.
    let currentUser: String
    /// What the daemon's file says of jobs that say nothing.
    let standardHistory: HistoryRule
    let machineZone: SystemTimeZone
    let zones = ZoneShelf()
    let users = UserShelf()
    /// The present, for warnings about schedules that have no further moment.
    let now: Instant

    func userExists(_ name: String) -> Bool { users.exists(name) }
}
