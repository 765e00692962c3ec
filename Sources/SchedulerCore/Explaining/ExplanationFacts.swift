package import CronSchedule

/// Everything that is known about a job and a moment, gathered by whoever asks; ``Explanation`` judges it.
package struct ExplanationFacts: Sendable {
    /// Where the definition in force comes from.
    package enum Source: Sendable, Hashable {
        case file
        /// The file has an error; the last good definition is in force.
        case lastGood(problem: String)
        /// The file has an error, and no good definition is known.
        case broken(problem: String)
        /// The job has no file; only its history is left.
        case gone
    }

    package var job: String
    package var moment: Instant
    package var now: Instant
    /// The offset that the moment was written with, seconds east of UTC; nil for `Z` and for a span before now.
    package var writtenOffset: Int?
    /// The zone that moments are told in.
    package var zone: any TimeZoneRules
    /// The definition in force with its timetable; nil when none is known.
    package var scheduled: ScheduledJob?
    package var source: Source
    /// What the ledger keeps of the job; nil when no daemon has seen it.
    package var cursor: JobCursor?
    /// Nil when there is no ledger, or nothing was ever written into it.
    package var clock: ClockRecord?
    package var hasLedger: Bool
    /// Whether a daemon holds the state directory.
    package var hasDaemon: Bool
    package var past: Past
    package var surroundings: Surroundings

    package init(
        job: String, moment: Instant, now: Instant, zone: any TimeZoneRules, scheduled: ScheduledJob?, source: Source = .file,
        hasLedger: Bool = true, hasDaemon: Bool = true
    ) {
        self.job = job
        self.moment = moment
        self.now = now
        self.zone = zone
        self.scheduled = scheduled
        self.source = source
        self.hasLedger = hasLedger
        self.hasDaemon = hasDaemon
        past = Past()
        surroundings = Surroundings()
    }

    /// The rows of the ledger around the moment.
    package struct Past: Sendable {
        /// Rows at, before and after the moment.
        package var occurrences: [Occurrence] = []
        /// Runs that the rows name, and those claimed last before the moment.
        package var runs: [Run] = []
        package var attempts: [RunAttempt] = []
        /// What happened to the daemon around the moment, in the order it was written.
        package var events: [PastEvent] = []
        /// The last row of any job before the daemon that started first after the moment: a sign of life of the one before it.
        package var lastSign: Instant?
        /// The moment of the oldest row of the job that is kept; nil when there is none.
        package var oldestRow: Instant?
        /// Whether the job has as many rows as are kept: then older ones went.
        package var isFull = false
        /// When the ledger began; nil when its first events are not kept.
        package var began: Instant?
        /// Ledgers that were set aside, by the names of their files.
        package var setAside: [SetAside] = []

        package init() {}
    }

    /// A damaged ledger that lies beside the one in use.
    package struct SetAside: Sendable, Hashable {
        package var path: String
        package var at: Instant

        package init(path: String, at: Instant) {
            self.path = path
            self.at = at
        }
    }

    /// What decides now whether a claimed run may start.
    package struct Surroundings: Sendable {
        /// Runs of all jobs that have not ended.
        package var open: [Run] = []
        /// By the job's name: what open runs are judged by.
        package var definitions: [String: JobDefinition] = [:]
        package var limits = Admission.Limits()
        /// The last start of the job, and the last successes of the jobs it waits for.
        package var lastStart: Instant?
        package var successes: [String: Instant] = [:]

        package init() {}
    }
}
