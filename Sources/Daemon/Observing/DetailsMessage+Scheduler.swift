import ControlClient
import CronSchedule
import Glibc
import SchedulerCore

extension DetailsMessage {
    /// What is known without the scheduler.
    struct DaemonPart: Sendable {
        let health: HealthMessage
        let readiness: ReadinessMessage
        let version: String
        let startedAt: Instant
        let listener: ListenerState?
    }

    init(
        about scheduler: Scheduler, inForce: JobsInForce, outcomes: [String: JobOutcome], daemon: DaemonPart, ledger: LedgerState
    ) {
        let names = scheduler.jobNames
        let open = scheduler.open.values
        let openOf = Dictionary(grouping: open, by: \.job).mapValues(\.count)
        let told = names.prefix(Self.jobBound).map { name in
            Job(about: name, in: scheduler, openRuns: openOf[name, default: 0], outcome: outcomes[name] ?? JobOutcome())
        }
        self.init(
            health: daemon.health, readiness: daemon.readiness, version: daemon.version, pid: getpid(),
            startedAt: daemon.startedAt.description, listener: daemon.listener, jobs: told, jobsLeftOut: names.count - told.count,
            broken: Array(inForce.broken.sorted().prefix(Self.jobBound)), refused: Array(inForce.refused.sorted().prefix(Self.jobBound)),
            openRuns: Dictionary(grouping: open, by: \.state.rawValue).mapValues(\.count), ledger: ledger)
    }
}

extension DetailsMessage.Job {
    fileprivate init(about name: String, in scheduler: Scheduler, openRuns: Int, outcome: JobOutcome) {
        let pause = scheduler.cursor(of: name)?.pausedUntil
        self.init(
            job: name, enabled: scheduler.definition(of: name)?.enabled ?? false,
            pausedUntil: pause.map { $0 == JobCursor.forever ? "forever" : $0.description },
            nextDue: scheduler.nextStart(of: name)?.description, openRuns: openRuns, lastResult: outcome.result?.rawValue,
            lastEnd: outcome.end?.description, lastSuccess: outcome.success?.description)
    }
}

extension Scheduler {
    /// When a job starts next on its own; nil also while it is silent.
    func nextStart(of job: String) -> Instant? { isSilent(job) ? nil : nextDue(of: job) }

    /// Whether a job is paused or disabled.
    func isSilent(_ job: String) -> Bool { cursor(of: job)?.silentReason != nil }
}
