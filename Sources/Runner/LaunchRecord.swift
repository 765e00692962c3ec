package import FoundationEssentials

/// `launch.json`: who leads an attempt. Boot id, pid and start time together name a process for ever.
package struct LaunchRecord: Sendable, Equatable, Codable {
    /// The version of the record.
    package var v: Int
    /// The run's id.
    package var run: String
    /// From 1.
    package var attempt: Int
    /// The kernel's id of the boot.
    package var bootID: String
    /// The launcher's process.
    package var pid: Int32
    /// When the launcher started, in clock ticks since boot.
    package var startTime: UInt64
    /// When, in ms since 1970.
    package var startedAtMs: Int64
    /// When TERM is due, in ms since 1970; 0 = never.
    package var deadlineMs: Int64
    /// The worker's cgroup, if it has one of its own.
    package var cgroup: String?

    private enum CodingKeys: String, CodingKey {
        case v, run, attempt, pid, cgroup
        case bootID = "boot_id"
        case startTime = "start_time"
        case startedAtMs = "started_at_ms"
        case deadlineMs = "deadline_ms"
    }

    /// When the attempt started.
    package var startedAt: Date { Date(timeIntervalSince1970: Double(startedAtMs) / 1000) }
}
