import CronSchedule
import JobKit
import SchedulerCore

/// What the checks of a job file know of the world.
struct JobRules: Sendable {
    let kinds: [String: KindDescription]
    /// Those that know rules beyond their declarations.
    let kindsWithRules: Set<String>
    /// Kinds whose plugins cannot be used.
    let brokenKinds: [String: BrokenKind]
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

    init(
        kinds: [KindDescription], brokenKinds: [String: BrokenKind] = [:], privileged: Bool, currentUser: String,
        standardHistory: HistoryRule, machineZone: SystemTimeZone, now: Instant
    ) {
        self.kinds = Dictionary(kinds.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        kindsWithRules = Set(kinds.filter(\.rules).map(\.kind))
        self.brokenKinds = brokenKinds
        self.privileged = privileged
        self.currentUser = currentUser
        self.standardHistory = standardHistory
        self.machineZone = machineZone
        self.now = now
    }

    func userExists(_ name: String) -> Bool { users.exists(name) }
}
