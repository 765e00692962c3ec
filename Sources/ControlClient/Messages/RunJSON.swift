import CronSchedule
package import SchedulerCore

/// A run in JSON: stable keys, instants in ISO 8601 UTC.
package struct RunJSON: Sendable, Hashable, Codable {
    package let run: String
    package let job: String
    package let kind: String
    package let trigger: String
    package let state: String
    package let attempt: Int
    package let slot: String?
    package let claimedAt: String
    package let dueAt: String
    package let startedAt: String?
    package let endedAt: String?
    package let retryAt: String?
    package let dryRun: Bool
    package let summary: String?
    package let fix: String?
    package let exitCode: Int?
    package let signal: Int?
    package let numbers: [String: Double]
    package let usage: Usage?

    package struct Usage: Sendable, Hashable, Codable {
        package let cpuMicroseconds: Int64
        package let peakMemoryBytes: Int64
        package let readBytes: Int64?
        package let writtenBytes: Int64?
    }

    package init(_ run: Run) {
        self.run = run.id.rawValue
        job = run.job
        kind = run.kind
        trigger = run.trigger.rawValue
        state = run.state.rawValue
        attempt = run.attempt
        slot = run.slot?.text
        claimedAt = run.claimedAt.description
        dueAt = run.dueAt.description
        startedAt = run.startedAt?.description
        endedAt = run.endedAt?.description
        retryAt = run.retryAt?.description
        dryRun = run.dryRun
        summary = run.ending?.summary
        fix = run.ending?.fix
        exitCode = run.ending?.exitCode
        signal = run.ending?.signal
        numbers = run.ending?.numbers ?? [:]
        usage = run.ending?.usage.map {
            Usage(
                cpuMicroseconds: $0.cpuMicroseconds, peakMemoryBytes: $0.peakMemoryBytes, readBytes: $0.readBytes,
                writtenBytes: $0.writtenBytes)
        }
    }
}

extension Slot {
    /// As people and scripts read it.
    package var text: String {
        switch self {
        case .instant(let instant): instant.description
        case .boot(let id): "boot:\(id)"
        }
    }
}
