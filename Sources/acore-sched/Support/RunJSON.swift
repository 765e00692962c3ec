import CronSchedule
import JobKit
import SchedulerCore

/// A run in the command line's JSON: stable keys, instants in ISO 8601 UTC.
struct RunJSON: Encodable {
    let run: String
    let job: String
    let kind: String
    let trigger: String
    let state: String
    let attempt: Int
    let slot: String?
    let claimedAt: String
    let dueAt: String
    let startedAt: String?
    let endedAt: String?
    let retryAt: String?
    let dryRun: Bool
    let summary: String?
    let fix: String?
    let exitCode: Int?
    let signal: Int?
    let numbers: [String: Double]
    let usage: Usage?

    struct Usage: Encodable {
        let cpuMicroseconds: Int64
        let peakMemoryBytes: Int64
        let readBytes: Int64?
        let writtenBytes: Int64?
    }

    init(_ run: Run) {
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
    var text: String {
        switch self {
        case .instant(let instant): instant.description
        case .boot(let id): "boot:\(id)"
        }
    }
}
