package import CronSchedule
import HeapModule
package import JobKit

/// The scheduler as a value: jobs, cursors and open runs, and what follows from them at a given time.
///
/// It reads no clock, starts nothing and writes nothing; each call returns the actions for the shell around it.
/// At start: ``begin(with:now:)``, then what became of runs that were starting or running, then a pass.
/// Later a pass comes first at each instant, since only a pass sees that the clock was set; after ``change(_:now:)`` a pass follows.
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

    package let surroundings: Surroundings
    var entries: [String: Entry] = [:]
    var alarms = Heap<Alarm>()
    var runs: OpenRuns
    /// Slots that wait for other jobs, by their job: a later slot takes the place of an earlier one.
    var waits: [String: ConditionWait]
    /// Live runs that were asked to stop; they get no further attempt.
    var stopping: Set<RunID> = []
    var lastSuccess: [String: Instant]
    var lastStart: [String: Instant]
    /// Jobs that wait for a job, by that job.
    var dependents: [String: [String]] = [:]
    /// Definitions of jobs that have no file any more, but a live run: it keeps its group and its exit codes.
    var retired: [String: JobDefinition] = [:]
    /// Cursors of jobs that have no file now.
    var idleCursors: [String: JobCursor]
    package internal(set) var clock: ClockRecord
    /// The wall clock at the last look.
    var lastWall: Instant
    /// The clock that nobody sets, at the last look.
    var lastElapsed: Duration
    /// Whether the ledger is why nothing was decided since the last pass.
    var ledgerRefused = false
    /// What the clock did while no daemon ran; each cursor follows it when its job is loaded.
    var stepAtStart = ClockStep.none
    /// Whether the machine was started anew since the ledger was last written to: no launcher of then lives, and what one wrote last
    /// may be missing on the disk.
    package let hasRebooted: Bool
    /// The boot that the ledger named then; nil for a ledger that no daemon has written to.
    package let bootIDAtStart: String?
    /// What the ledger took for the time before this daemon.
    let lastSeenAtStart: Instant
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
        bootIDAtStart = past.clock?.bootID
        hasRebooted = bootIDAtStart != surroundings.bootID
        lastSeenAtStart = clock.lastSeen
        lastWall = now
        lastElapsed = elapsed
        lastSuccess = past.lastSuccess
        lastStart = past.lastStart
        idleCursors = Dictionary(past.cursors.map { ($0.job, $0) }, uniquingKeysWith: { first, _ in first })
        runs = OpenRuns(past.unendedRuns)
        let waiting = past.waiting.compactMap(ConditionWait.init)
        waits = Dictionary(waiting.map { ($0.job, $0) }, uniquingKeysWith: { first, second in first.since > second.since ? first : second })
    }

    /// Runs that have not ended, by id.
    package var open: [RunID: Run] { runs.byID }

    /// The next slot of a job after its jitter; nil when there is none, or the job is silent.
    package func nextDue(of job: String) -> Instant? { entries[job]?.nextDue }

    /// The next starts of a job, at most `count`; none while it is silent.
    package func upcoming(of job: String, count: Int) throws(CronSearchError) -> [Instant] {
        guard let entry = entries[job], entry.cursor.silentReason == nil, let first = entry.nextDue else { return [] }
        var starts = [first]
        var slot = first.moved(by: .zero - entry.cursor.jitter)
        while starts.count < count, let next = try entry.job.timetable.next(after: slot, fixedFloor: entry.cursor.fixedFloor) {
            starts.append(next.moved(by: entry.cursor.jitter))
            slot = next
        }
        return starts
    }

    /// What the ledger should hold about a job.
    package func cursor(of job: String) -> JobCursor? { entries[job]?.cursor }

    /// The definition in force.
    package func definition(of job: String) -> JobDefinition? { entries[job]?.job.definition }

    /// The definition that a job's runs go by: of a job that is gone, the one with which its last runs were started.
    package func definition(ofRunsOf job: String) -> JobDefinition? { definition(of: job) ?? retired[job] }

    /// Names of the jobs in force.
    package var jobNames: [String] { entries.keys.sorted() }

    /// A fresh id with the time of `now` in it.
    package static func randomRunID(at now: Instant) -> RunID {
        RunID(milliseconds: now.milliseconds)
    }
}
