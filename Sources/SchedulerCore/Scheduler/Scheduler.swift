package import CronSchedule
import HeapModule
package import JobKit

/// The scheduler as a value: jobs, cursors and open runs, and what follows from them at a given time.
///
/// It reads no clock, starts nothing and writes nothing; each call returns the actions for the shell around it.
package struct Scheduler: Sendable {
    /// What the scheduler needs to know of its surroundings.
    package struct Surroundings: Sendable {
        /// The machine's name, for jitter.
        package var host: String
        package var bootID: String
        package var limits: Admission.Limits
        /// Kinds that run a program, with the settings that carry it.
        package var programs: [String: ProgramRole]

        package init(host: String, bootID: String, limits: Admission.Limits = .init(), programs: [String: ProgramRole] = [:]) {
            self.host = host
            self.bootID = bootID
            self.limits = limits
            self.programs = programs
        }
    }

    /// What the ledger holds when a scheduler begins.
    package struct Past: Sendable {
        package var clock: ClockRecord?
        package var cursors: [JobCursor] = []
        package var unendedRuns: [Run] = []
        /// Slots that wait for other jobs.
        package var waiting: [Occurrence] = []
        package var lastSuccess: [String: Instant] = [:]
        package var lastStart: [String: Instant] = [:]

        package init() {}
    }

    /// A job with its place in the ledger and its next moment.
    struct Entry: Sendable {
        var job: ScheduledJob
        var cursor: JobCursor
        /// When the job has to be looked at again.
        var nextDue: Instant?
    }

    /// A place in the queue of moments; stale when the entry's `nextDue` has moved on.
    struct Due: Sendable, Comparable {
        var at: Instant
        var job: String

        static func < (left: Due, right: Due) -> Bool { (left.at, left.job) < (right.at, right.job) }
    }

    package let surroundings: Surroundings
    var entries: [String: Entry] = [:]
    var queue = Heap<Due>()
    /// Runs that have not ended, by id.
    package internal(set) var open: [RunID: Run] = [:]
    var waits: [ConditionWait] = []
    var lastSuccess: [String: Instant]
    var lastStart: [String: Instant]
    /// Jobs that wait for a job, by that job.
    var dependents: [String: [String]] = [:]
    /// Cursors of jobs that have no file now.
    var idleCursors: [String: JobCursor]
    package internal(set) var clock: ClockRecord
    /// The wall clock at the last look.
    var lastWall: Instant
    /// The clock that nobody sets, at the last look.
    var lastElapsed: Duration
    /// Jobs of runs that ended in the pass that goes on.
    var lastEndedJob: [RunID: String] = [:]
    let newRunID: @Sendable (Instant) -> RunID

    /// - Parameters:
    ///   - elapsed: CLOCK_BOOTTIME at `now`.
    package init(
        surroundings: Surroundings, past: Past, now: Instant, elapsed: Duration,
        newRunID: @escaping @Sendable (Instant) -> RunID = Self.randomRunID
    ) {
        self.surroundings = surroundings
        self.newRunID = newRunID
        clock = past.clock ?? ClockRecord(era: 0, lastSeen: now, bootID: surroundings.bootID)
        lastWall = now
        lastElapsed = elapsed
        lastSuccess = past.lastSuccess
        lastStart = past.lastStart
        idleCursors = Dictionary(past.cursors.map { ($0.job, $0) }, uniquingKeysWith: { first, _ in first })
        open = Dictionary(past.unendedRuns.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        waits = past.waiting.compactMap(ConditionWait.init)
    }

    /// The next moment at which something is due by the clock; nil when nothing is.
    package var nextAlarm: Instant? {
        let retries = open.values.compactMap { $0.state == .retrying ? $0.retryAt : nil }
        let deadlines = waits.compactMap { wait in entries[wait.job].map { wait.expiry(for: $0.job.definition) } }
        return ([queue.min?.at].compactMap { $0 } + retries + deadlines).min()
    }

    /// The next slot of a job after its jitter; nil when there is none, or the job is silent.
    package func nextDue(of job: String) -> Instant? { entries[job]?.nextDue }

    /// What the ledger should hold about a job.
    package func cursor(of job: String) -> JobCursor? { entries[job]?.cursor }

    /// The definition in force.
    package func definition(of job: String) -> JobDefinition? { entries[job]?.job.definition }

    /// Names of the jobs in force.
    package var jobNames: [String] { entries.keys.sorted() }

    /// A fresh id with the time of `now` in it.
    package static func randomRunID(at now: Instant) -> RunID {
        var random = SystemRandomNumberGenerator()
        return RunID(milliseconds: now.milliseconds, random: &random)
    }
}
