package import CronSchedule

/// The answer to "why did it run, or not run?", for one moment.
package enum Verdict: Sendable, Hashable {
    /// A run served it. The row of the run is nil when it is not kept any more.
    case ran(RunID, Run?)
    /// It was missed, and the run made up for it.
    case caughtUp(RunID, Run?)
    /// A run was claimed and waits.
    case waiting(RunID, [RunWait])
    /// The slot itself waits for other jobs.
    case awaits([String])
    case skipped(Occurrence.SkipReason, detail: String)
    case missed(Occurrence.MissReason, Absence?)
    /// The slot belongs to a pause or to a disabled job that goes on; its row is written at the end.
    case silent(Occurrence.SkipReason, until: Instant?)
    /// It is due, and no daemon has decided about it.
    case undecided(Undecided)
    /// It is to come.
    case notDue(dueAt: Instant)
    /// It is to come, and will not run.
    case willNotRun(Obstacle)
    /// The timetable does not fire then.
    case noSlot(before: Instant?, after: Instant?, reason: String)
    /// The job has no timetable; a run of it may have been under way.
    case noSchedule(Run?)
    /// Nobody owed the slot then.
    case notOwed(NotOwed)
    /// The rows of that time are not kept any more.
    case pruned(Pruned)
    /// The facts are not enough.
    case unknown(Gap)

    /// A time in which nobody looked at the clock.
    package enum Absence: Sendable, Hashable {
        /// No daemon ran. `from` is nil when nothing is known of the one before; `died`: it left without a word.
        case noDaemon(from: Instant?, until: Instant, died: Bool)
        /// A daemon ran all the time: the machine slept, or the daemon was stopped or held up.
        case asleep(until: Instant)
    }

    package enum Undecided: Sendable, Hashable {
        /// A daemon is there, and so late.
        case byDaemon(Duration)
        /// No daemon runs; what the next one would do now: run it, or record it as missed.
        case willBeCaughtUp(since: Instant?)
        case willBeMissed(since: Instant?, Occurrence.MissReason)
        /// The daemon has not read the file that the timetable comes from.
        case otherTimetable
    }

    package enum Obstacle: Sendable, Hashable {
        case disabled
        /// Nil: until it is resumed.
        case paused(until: Instant?)
        /// It has its row of before the clock was set back.
        case servedBefore(upTo: Instant)
        /// The job has no file any more.
        case noFile
        /// Its file has an error, and there is no earlier definition.
        case fileError(String)
    }

    package enum NotOwed: Sendable, Hashable {
        case addedLater(at: Instant)
        case removed(at: Instant)
        /// The job's file was changed then, after the moment.
        case changedLater(at: Instant)
        /// The ledger began after the moment.
        case beforeLedger(began: Instant)
    }

    package enum Pruned: Sendable, Hashable {
        /// Older than `history.max_age`.
        case age(limit: Instant)
        /// More rows than `history.keep` allows.
        case number(oldest: Instant?)
    }

    package enum Gap: Sendable, Hashable {
        case noLedger
        case setAside(path: String?, at: Instant)
        /// No daemon has seen the job.
        case neverSeen
        /// The oldest row that there is belongs to a later slot.
        case beforeFirstRow(oldest: Instant)
        /// There are rows around it, and none for it.
        case noRow
        /// Neither a definition nor a row.
        case noDefinition
        /// No row, and a file whose error leaves nothing to judge by.
        case fileError(String)
    }
}

/// What a claimed run waits for.
package enum RunWait: Sendable, Hashable {
    /// Its moment, moved by jitter or by the pause before a further attempt.
    case moment(Instant)
    /// Earlier runs of the job.
    case earlier([RunID])
    /// Runs of the group, as many as it may have.
    case group(String, [RunID])
    /// Runs that make up for missed slots, as many as there may be.
    case catchUps([RunID])
    /// As many runs as there may be at once.
    case limit(Int)
    /// Nobody is there to start it.
    case daemon
}
