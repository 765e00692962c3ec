package import CronSchedule
import Ledger
import Logging
package import SchedulerCore

/// What an operator asks of a running daemon. Each request is on the disk before it is answered, or has changed nothing.
extension SchedulerLoop {
    /// Claims a run by hand; it starts when a place is free.
    /// - Parameter prepare: called with the run's id before the claim is written: what the run needs must be there when it starts.
    package func requestRun(
        _ job: String, dryRun: Bool, prepare: @Sendable (RunID) throws(DaemonError) -> Void = { _ throws(DaemonError) in }
    ) throws(DaemonError) -> Run {
        let id = try request { scheduler, now throws(DaemonError) in
            let (id, actions) = try Self.asking(job) { () throws(SchedulerRefusal) in
                try scheduler.requestRun(job, dryRun: dryRun, now: now)
            }
            try prepare(id)
            return (id, actions)
        }
        log.notice("run \(id) of \(job) was asked for")
        if let run = scheduler.open[id] { return run }
        return try stored(id)
    }

    /// Makes a job silent until `end`, or until it is resumed.
    package func pause(_ job: String, until end: Instant?) throws(DaemonError) {
        try request { scheduler, now throws(DaemonError) in
            let actions = try Self.asking(job) { () throws(SchedulerRefusal) in try scheduler.pause(job, until: end, now: now) }
            return ((), actions)
        }
        log.notice("job \(job) is paused\(end.map { " until \($0)" } ?? "")")
    }

    /// Ends a pause.
    package func resume(_ job: String) throws(DaemonError) {
        try request { scheduler, now throws(DaemonError) in
            ((), try Self.asking(job) { () throws(SchedulerRefusal) in try scheduler.resume(job, now: now) })
        }
        log.notice("job \(job) is resumed")
    }

    /// Ends a run that waits, or asks a live one to stop.
    /// - Throws: category conflict for a run that has ended, notFound for an unknown one.
    package func cancel(_ id: RunID) throws(DaemonError) {
        guard scheduler.open[id] != nil else {
            let run = try stored(id)
            throw DaemonError(
                "run \(id) of \(run.job) has ended already: \(run.state.rawValue)", fix: "see acore-sched history \(run.job)",
                category: .busy)
        }
        try request { scheduler, now in ((), scheduler.cancel(id, now: now)) }
        log.notice("run \(id) was asked to stop")
    }

    /// The end of a run, as one element; nothing when the loop ends first.
    package func end(of id: RunID) throws(DaemonError) -> AsyncStream<Run> {
        let (stream, continuation) = AsyncStream.makeStream(of: Run.self)
        if scheduler.open[id] != nil {
            endWaiters[id, default: []].append(continuation)
        } else {
            continuation.yield(try stored(id))
            continuation.finish()
        }
        return stream
    }

    /// Whether the ledger refuses rows just now: nothing starts until it takes them again.
    package var isStuck: Bool { backlog != nil || contradiction != nil }

    /// Tells those who wait for the end of a run.
    func tellWaiters(of actions: SchedulerActions) {
        guard !endWaiters.isEmpty else { return }
        for run in actions.moves.map(\.run) + actions.runs where run.state.isEnded {
            for waiter in endWaiters.removeValue(forKey: run.id) ?? [] {
                waiter.yield(run)
                waiter.finish()
            }
        }
    }

    /// Lets go of all who wait: the loop ends.
    func dismissWaiters() {
        for waiter in endWaiters.values.joined() { waiter.finish() }
        endWaiters = [:]
    }

    /// A pass first, since only a pass sees that the clock was set; then the request, whole or not at all.
    private func request<Value>(
        _ ask: (inout Scheduler, Instant) throws(DaemonError) -> (Value, SchedulerActions)
    ) throws(DaemonError) -> Value {
        pass()
        guard !isStuck else {
            throw DaemonError("the ledger takes no rows just now", fix: "see the daemon's log; make room, or correct rights")
        }
        let before = scheduler
        let alertsBefore = alerts.book
        var asked = scheduler
        var (value, actions) = try ask(&asked, clock.now())
        scheduler = asked
        follow(&actions, ends: [])
        do throws(LedgerError) {
            if !actions.isEmpty { try ledger.commit(LedgerChanges(actions)) }
        } catch {
            scheduler = before
            alerts.book = alertsBefore
            if error.isDamage { _ = giveUp(over: error) }
            throw DaemonError("the request cannot be recorded: \(error.problem)", fix: error.fix)
        }
        carryOut(actions)
        arm()
        return value
    }

    private func stored(_ id: RunID) throws(DaemonError) -> Run {
        do throws(LedgerError) {
            if let run = try ledger.run(id) { return run }
        } catch {
            throw DaemonError("run \(id) cannot be looked up: \(error.problem)", fix: error.fix)
        }
        throw DaemonError("there is no run \(id)", fix: "see acore-sched history", category: .notFound)
    }

    private static func asking<Value>(_ job: String, _ ask: () throws(SchedulerRefusal) -> Value) throws(DaemonError) -> Value {
        do throws(SchedulerRefusal) {
            return try ask()
        } catch {
            throw refusal(error, of: job)
        }
    }

    private static func refusal(_ refusal: SchedulerRefusal, of job: String) -> DaemonError {
        switch refusal {
        case .unknownJob:
            DaemonError(
                "the daemon has no job named \(job) in force", fix: "see acore-sched list, and acore-sched validate", category: .notFound)
        case .busy(let run):
            DaemonError(
                "run \(run) of \(job) goes on", fix: "wait for its end, cancel it, or set overlap: allow in the job file", category: .busy)
        case .tooManyWaiting(let count):
            DaemonError("\(count) runs of \(job) wait for a free place already", fix: "wait for some to end", category: .busy)
        }
    }
}
