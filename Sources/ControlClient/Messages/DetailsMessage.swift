/// The answer to `GET /health/details`: how everything is, without output, settings or paths.
package struct DetailsMessage: Sendable, Hashable, Codable {
    package var health: HealthMessage
    package var readiness: ReadinessMessage
    package var version: String
    package var pid: Int32
    /// ISO 8601, UTC; so are all moments here.
    package var startedAt: String
    /// Where the daemon listens; nil when it is not to.
    package var listener: ListenerState?
    /// In the order of their names, at most ``jobBound``.
    package var jobs: [Job]
    /// How many more there are.
    package var jobsLeftOut: Int
    /// Jobs whose file has an error: they go on as they were before.
    package var broken: [String]
    /// Files with errors of which no good definition is known: they are no jobs.
    package var refused: [String]
    /// Runs that have not ended, by their state.
    package var openRuns: [String: Int]
    package var ledger: LedgerState

    /// Jobs that are told of.
    package static let jobBound = 1000

    /// One job.
    package struct Job: Sendable, Hashable, Codable {
        package var job: String
        package var enabled: Bool
        /// Until when it is paused, or `forever`.
        package var pausedUntil: String?
        package var nextDue: String?
        package var openRuns: Int
        /// How its last run ended; dry runs are left out.
        package var lastResult: String?
        package var lastEnd: String?
        package var lastSuccess: String?

        package init(
            job: String, enabled: Bool, pausedUntil: String?, nextDue: String?, openRuns: Int, lastResult: String?, lastEnd: String?,
            lastSuccess: String?
        ) {
            self.job = job
            self.enabled = enabled
            self.pausedUntil = pausedUntil
            self.nextDue = nextDue
            self.openRuns = openRuns
            self.lastResult = lastResult
            self.lastEnd = lastEnd
            self.lastSuccess = lastSuccess
        }
    }

    /// The record of all runs.
    package struct LedgerState: Sendable, Hashable, Codable {
        /// Of its file, and of the rows that are not in there yet.
        package var sizeBytes: Int64
        package var logBytes: Int64
        /// Whether it takes rows.
        package var takesRows: Bool
        /// Why the last runs of before this daemon are not known.
        package var trouble: String?

        package init(sizeBytes: Int64, logBytes: Int64, takesRows: Bool, trouble: String?) {
            self.sizeBytes = sizeBytes
            self.logBytes = logBytes
            self.takesRows = takesRows
            self.trouble = trouble
        }
    }

    package init(
        health: HealthMessage, readiness: ReadinessMessage, version: String, pid: Int32, startedAt: String, listener: ListenerState?,
        jobs: [Job], jobsLeftOut: Int, broken: [String], refused: [String], openRuns: [String: Int], ledger: LedgerState
    ) {
        self.health = health
        self.readiness = readiness
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.listener = listener
        self.jobs = jobs
        self.jobsLeftOut = jobsLeftOut
        self.broken = broken
        self.refused = refused
        self.openRuns = openRuns
        self.ledger = ledger
    }
}

/// The daemon's listener for health and metrics.
package struct ListenerState: Sendable, Hashable, Codable {
    /// Where the settings want it.
    package var address: String
    /// Why nothing can be asked there just now.
    package var trouble: String?

    package init(address: String, trouble: String?) {
        self.address = address
        self.trouble = trouble
    }
}
