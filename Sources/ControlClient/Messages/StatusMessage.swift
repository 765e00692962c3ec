/// The answer to `GET /v1/status`.
package struct StatusMessage: Sendable, Hashable, Codable {
    package var version: String
    package var pid: Int32
    /// ISO 8601, UTC.
    package var startedAt: String
    package var jobsDirectory: String
    package var stateDirectory: String
    /// Jobs in force.
    package var jobs: Int
    package var disabled: Int
    package var paused: Int
    /// Jobs whose file has an error: they go on as they were before.
    package var broken: [String]
    /// Files with errors of which no good definition is known: they are no jobs.
    package var refused: [String]
    /// Runs that have not ended, oldest first.
    package var runs: [OpenRun]
    /// The next moment at which something is due; nil when nothing is.
    package var nextDue: String?
    /// How often the clock was set back.
    package var era: Int
    /// Why nothing starts; nil while the ledger takes rows.
    package var trouble: String?
    /// Where monitors can ask; nil when the settings name no place.
    package var listener: ListenerState?
    /// What the caller may do.
    package var role: ControlRole?

    /// A run that has not ended.
    package struct OpenRun: Sendable, Hashable, Codable {
        package var run: String
        package var job: String
        package var state: String
        /// When it started, or was claimed.
        package var since: String

        package init(run: String, job: String, state: String, since: String) {
            self.run = run
            self.job = job
            self.state = state
            self.since = since
        }
    }

    package init(
        version: String, pid: Int32, startedAt: String, jobsDirectory: String, stateDirectory: String, jobs: Int, disabled: Int,
        paused: Int, broken: [String], refused: [String], runs: [OpenRun], nextDue: String?, era: Int, trouble: String?,
        listener: ListenerState? = nil
    ) {
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.jobsDirectory = jobsDirectory
        self.stateDirectory = stateDirectory
        self.jobs = jobs
        self.disabled = disabled
        self.paused = paused
        self.broken = broken
        self.refused = refused
        self.runs = runs
        self.nextDue = nextDue
        self.era = era
        self.trouble = trouble
        self.listener = listener
    }
}
