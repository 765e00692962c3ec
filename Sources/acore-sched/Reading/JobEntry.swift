import CronSchedule
import Daemon
import JobFiles
import JobKit
import SchedulerCore

/// One job as the reading verbs show it: its file, what it defines, and what the ledger remembers of it.
struct JobEntry {
    /// Whether a job runs on its own.
    enum State: String {
        case enabled, disabled, paused
        /// Its file has errors; a daemon goes on with the last good definition.
        case error
    }

    let name: String
    let file: String
    let findings: [FileFinding]
    /// Nil when the file has errors.
    let job: ScheduledJob?
    /// What is in force in place of a file with errors; nil when nothing is known.
    let lastGood: ScheduledJob?
    /// Nil when no daemon has seen the job yet.
    let cursor: JobCursor?

    func state(at now: Instant) -> State {
        guard let job else { return .error }
        if !job.definition.enabled { return .disabled }
        return pausedUntil(at: now) == nil ? .enabled : .paused
    }

    /// The end of the pause that goes on; nil for none.
    func pausedUntil(at now: Instant) -> Instant? { cursor?.pausedUntil.flatMap { $0 > now ? $0 : nil } }

    /// `file:line: problem` of the first error; nil for a file without one.
    var problem: String? {
        findings.first { $0.severity == .error }.map { "\($0.file):\($0.line): \($0.problem)" }
    }

    /// What a daemon goes by.
    var inForce: ScheduledJob? { job ?? lastGood }

    /// When it runs, in a few words.
    var timing: String {
        guard let definition = inForce?.definition else { return "" }
        let after = definition.after.isEmpty ? "" : "after \(definition.after.joined(separator: ", "))"
        let words = [definition.timing.schedules.joined(separator: "; "), after].filter { !$0.isEmpty }.joined(separator: ", ")
        return words.isEmpty ? "by hand" : words
    }

    /// Its slots from now on, or after `from`.
    /// - Returns: nil when nothing is in force.
    func upcoming(now: Instant, from: Instant? = nil) throws(DaemonError) -> UpcomingSlots? {
        try inForce.map { job throws(DaemonError) in try UpcomingSlots(job, cursor: cursor, now: now, from: from) }
    }
}
