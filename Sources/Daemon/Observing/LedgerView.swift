import CronSchedule
import Dispatch
import Ledger
import SchedulerCore
import Synchronization

/// What the ledger says to monitors, read on a thread of its own: a ledger that is locked, or a slow disk, holds nobody else up.
///
/// How the last runs of before this daemon ended is read once, when somebody asks for the first time: a start does not wait for it. Checks,
/// alerts and waiting notices are few, and read for each question.
final class LedgerView: Sendable {
    /// What was read.
    struct Figures: Sendable {
        /// How the last runs of before this daemon ended, by job.
        var outcomes: [String: JobOutcome] = [:]
        /// Results of health checks, newest of each.
        var checks: [CheckFigure] = []
        /// How many alerts fire, by how bad they are; nil when that could not be read.
        var firing: [AlertLevel: Int]?
        /// Channels that alerts go to.
        var channels: [ChannelFigure] = []
    }

    private struct State {
        /// Nil after ``close()``.
        var ledger: Ledger?
        var outcomes: [String: JobOutcome]?
        /// ``Tally/dropped`` when they were read.
        var dropped = 0
    }

    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "ledger-view")
    /// Of a job whose last run goes on, or was a dry run, so many rows are looked at for one that counts.
    private static let searchBound = 20

    private let channels: [String]
    private let now: @Sendable () -> Instant

    /// - Parameter channels: names of those that alerts go to.
    init(_ ledger: Ledger, channels: [String], now: @escaping @Sendable () -> Instant) {
        state = Mutex(State(ledger: ledger))
        self.channels = channels
        self.now = now
    }

    /// - Parameter dropped: of the tally; when it has risen, the ledger knows of runs that nobody else does any more.
    /// - Returns: nothing at all after ``close()``.
    func figures(dropped: Int) async -> Result<Figures, LedgerError> {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { () throws(LedgerError) in try self.read(dropped: dropped) }) }
        }
    }

    /// Lets go of the ledger; returns when nothing reads it any more.
    func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.state.withLock { $0 = State() }
                continuation.resume()
            }
        }
    }

    private func read(dropped: Int) throws(LedgerError) -> Figures {
        let before = state.withLock { $0 }
        guard let ledger = before.ledger else { return Figures() }
        var figures = Figures()
        if let outcomes = before.outcomes, before.dropped == dropped {
            figures.outcomes = outcomes
        } else {
            figures.outcomes = try Self.outcomes(in: ledger)
            state.withLock { $0 = State(ledger: ledger, outcomes: figures.outcomes, dropped: dropped) }
        }
        let oldest = now().moved(by: .zero - AlertBook.checkLifetime)
        figures.checks = try ledger.newestChecks().filter { $0.at >= oldest }.map(CheckFigure.init)
        figures.firing = try ledger.firingByLevel()
        let waiting = try ledger.waitingByChannel()
        figures.channels = Set(channels).union(waiting.keys).sorted().map { ChannelFigure(name: $0, waiting: waiting[$0] ?? 0) }
        return figures
    }

    private static func outcomes(in ledger: Ledger) throws(LedgerError) -> [String: JobOutcome] {
        let last = try ledger.lastRuns()
        let success = try ledger.lastSuccess(of: Array(last.keys))
        var found: [String: JobOutcome] = [:]
        for (job, run) in last {
            var outcome = JobOutcome()
            if let ended = try run.counts ? run : Self.lastEnded(of: job, in: ledger) { outcome.take(ended) }
            outcome.success = success[job]
            found[job] = outcome
        }
        return found
    }

    private static func lastEnded(of job: String, in ledger: Ledger) throws(LedgerError) -> Run? {
        try ledger.runs(job: job, limit: searchBound, states: Set(RunState.allCases.filter(\.isEnded))).first(where: \.counts)
    }
}

extension Run {
    fileprivate var counts: Bool { state.isEnded && !dryRun }
}
