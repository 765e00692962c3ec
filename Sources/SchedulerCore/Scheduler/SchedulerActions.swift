package import CronSchedule

/// What a pass of the scheduler asks for: rows to write first, then processes to stop and to start.
package struct SchedulerActions: Sendable {
    /// New runs.
    package var runs: [Run] = []
    /// Runs that changed, each with the state that the ledger must still hold.
    package var moves: [Move] = []
    package var occurrences: [Occurrence] = []
    /// Slots whose runs ended without a start, after ``occurrences``.
    package var lapses: [LapsedClaim] = []
    package var cursors: [JobCursor] = []
    package var clock: ClockRecord?
    package var events: [Event] = []
    /// Attempts that ended, for the history of a run with retries.
    package var attempts: [AttemptRecord] = []
    /// What follows for alerts.
    package var alerts = AlertChanges()
    /// Runs whose processes are asked to stop.
    package var stops: [RunID] = []
    /// Runs to start, after everything above is durable.
    package var starts: [RunID] = []

    /// Where the rows of runs, waiting slots and cursors stand in the lists above.
    var places: [RunID: Place] = [:]
    var waitingRows: [String: Int] = [:]
    var cursorPlaces: [String: Int] = [:]

    package init() {}

    /// A change of a run's row.
    package struct Move: Sendable, Hashable {
        package var run: Run
        package var from: RunState

        package init(run: Run, from: RunState) {
            self.run = run
            self.from = from
        }
    }

    /// Something that befell the daemon itself, or a job's file.
    package struct Event: Sendable, Hashable {
        /// What.
        package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
            case started, stopped
            case clockForward = "clock_forward"
            case clockBack = "clock_back"
            case ledgerCreated = "ledger_created"
            case ledgerSetAside = "ledger_set_aside"
            case scheduleFailed = "schedule_failed"
            /// A job has a file that had none; its timetable is another one; its file is gone.
            case jobAdded = "job_added"
            case jobChanged = "job_changed"
            case jobRemoved = "job_removed"
        }

        package var kind: Kind
        package var at: Instant
        /// The job that it concerns, if one.
        package var job: String?
        package var detail: String

        package init(_ kind: Kind, at: Instant, job: String? = nil, detail: String) {
            self.kind = kind
            self.at = at
            self.job = job
            self.detail = detail
        }
    }

    /// One attempt that ended.
    package struct AttemptRecord: Sendable, Hashable {
        package var run: RunID
        package var attempt: Int
        package var state: RunState
        package var startedAt: Instant?
        package var endedAt: Instant
        package var ending: RunEnding

        package init(run: RunID, attempt: Int, state: RunState, startedAt: Instant?, endedAt: Instant, ending: RunEnding) {
            self.run = run
            self.attempt = attempt
            self.state = state
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.ending = ending
        }
    }

    /// These actions and then `later`, in one.
    package func followed(by later: SchedulerActions) -> SchedulerActions {
        var both = self
        both.runs += later.runs
        both.moves += later.moves
        both.occurrences += later.occurrences
        both.lapses += later.lapses
        both.cursors += later.cursors
        both.clock = later.clock ?? clock
        both.events += later.events
        both.attempts += later.attempts
        both.alerts = alerts.followed(by: later.alerts)
        both.stops += later.stops
        both.starts += later.starts
        return both
    }

    /// Whether there is anything to write.
    package var isEmpty: Bool {
        runs.isEmpty && moves.isEmpty && occurrences.isEmpty && lapses.isEmpty && cursors.isEmpty && events.isEmpty && attempts.isEmpty
            && clock == nil && alerts.isEmpty
    }
}
