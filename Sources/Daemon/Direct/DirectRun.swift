import CronSchedule
import JobFiles
import JobKit
import Ledger
package import Logging
package import Runner
package import SchedulerCore
import Synchronization

/// A run that the command line carries out itself because no daemon holds the state directory.
///
/// The lock is held only to claim and to record. In between the run is one like any other: a daemon that starts meanwhile
/// takes it over and records its end.
package struct DirectRun: Sendable {
    private let site: Site
    private let state: StateDirectory
    private let clock: SystemLoopClock
    private let log: Logger
    private let heartbeats: RunHeartbeats

    package init(site: Site, log: Logger, version: String) throws(DaemonError) {
        self.site = site
        self.log = log
        state = try StateDirectory(path: site.locations.stateDirectory)
        clock = try SystemLoopClock()
        site.keepKinds(in: state, log: log)
        heartbeats = RunHeartbeats(site: site, runner: try Self.makeRunner(site: site, state: state), log: log, version: version)
    }

    /// How long pings that are under way hold up the command's end.
    private static let heartbeatPatience = Duration.seconds(5)

    /// Waits for pings that are under way; says which were not delivered.
    package func finishHeartbeats() async { await heartbeats.finish(within: Self.heartbeatPatience) }

    /// How long to wait for the lock to record: whoever has it longer is a daemon, and that records the run itself.
    private static let recordPatience = Duration.seconds(2)

    /// A run that was claimed and started.
    package struct Started: Sendable {
        package let run: Run
        /// The run's output from its beginning, until its end.
        package let follower: EventFollower
        let ends: AsyncStream<AttemptEnd>
    }

    /// Claims a run of `definition` and starts it.
    /// - Throws: category busy while a daemon has the state directory, or while a run of the job goes on.
    /// - Parameters:
    ///   - others: the definitions of all jobs, for groups.
    ///   - changes: of settings, `name=value`, which `definition` has already; for the audit.
    ///   - call: the acting verb that the run carries out, instead of the job's own work.
    package func start(
        _ definition: JobDefinition, beside others: [JobDefinition], dryRun: Bool, changes: [String] = [], call: VerbRequest? = nil
    ) throws(DaemonError) -> Started {
        let runner = try makeRunner()
        let engine = engine(runner, call: call)
        let run = try locked { ledger throws(DaemonError) in
            let audit = DirectAudit(ledger: ledger, at: clock.now(), log: log)
            let wish = DirectAudit.Wish(job: definition, dryRun: dryRun, changes: changes, call: call)
            return try audit.recording(wish) { () throws(DaemonError) in
                try claim(definition, beside: others, dryRun: dryRun, in: ledger)
            }
        }
        let (ends, continuation) = AsyncStream.makeStream(of: AttemptEnd.self)
        do throws(DaemonError) {
            let startedAt = try engine.start(run, of: definition) { end in
                continuation.yield(end)
                continuation.finish()
            }
            try recordStart(of: run, at: startedAt, definition: definition)
        } catch {
            var end = AttemptEnd(run: run.id, attempt: 1, cause: .startFailed(step: "prepare", reason: error.problem), endedAt: clock.now())
            end.fix = error.fix
            _ = try record(end, of: run, definition: definition)
            throw error
        }
        do throws(RunnerError) {
            return Started(run: run, follower: try runner.follow(run.id.rawValue), ends: ends)
        } catch {
            throw DaemonError("the output of run \(run.id) cannot be followed: \(error)", fix: "see acore-sched logs \(run.id)")
        }
    }

    private func claim(
        _ definition: JobDefinition, beside others: [JobDefinition], dryRun: Bool, in ledger: Ledger
    ) throws(DaemonError) -> Run {
        try refuseOverlap(of: definition, beside: others, in: ledger)
        let now = clock.now()
        var run = Run(
            id: Scheduler.randomRunID(at: now), job: definition.name, kind: definition.kind, trigger: .manual, slot: nil, claimedAt: now,
            dueAt: now, dryRun: dryRun || definition.dryRun)
        run.state = .starting
        try Self.recording { () throws(LedgerError) in try ledger.commit(LedgerChanges(runs: [run])) }
        return run
    }

    /// Says in the ledger that the run goes on, unless a daemon that started meanwhile does.
    private func recordStart(of run: Run, at startedAt: Instant, definition: JobDefinition) throws(DaemonError) {
        var running = run
        running.state = .running
        running.startedAt = startedAt
        do throws(DaemonError) {
            try locked(patience: Self.recordPatience) { ledger throws(DaemonError) in
                try Self.recording { () throws(LedgerError) in
                    // Who records the start tells of it.
                    if try ledger.move(running, from: .starting) { heartbeats.observe(running, from: .starting, of: definition) }
                }
            }
        } catch {
            try leave("start", of: run, because: error)
        }
    }

    /// Another program holds the state, mostly a daemon that has started meanwhile: then that one records what became of the run.
    private func leave(_ what: String, of run: Run, because error: DaemonError) throws(DaemonError) {
        guard error.category == .busy else { throw error }
        log.notice("the \(what) of run \(run.id) is not recorded from here: \(error); whoever holds the state next does it")
    }

    /// Asks a run to stop; it has its grace.
    package func stop(_ run: Run) async throws(DaemonError) {
        do throws(RunnerError) {
            let runner = try Runner.make(site: site, state: state, cgroup: nil)
            try runner.stop(try await runner.adopt(run: run.id.rawValue))
        } catch {
            throw DaemonError("run \(run.id) cannot be stopped: \(error)", fix: "stop it by its process id")
        }
    }

    /// Waits for the end, records it, and tells how the run ended.
    package func finish(_ started: Started, definition: JobDefinition) async throws(DaemonError) -> Run {
        for await end in started.ends {
            defer { clean(started.run) }
            return try record(end, of: started.run, definition: definition)
        }
        throw DaemonError("run \(started.run.id) is no longer watched", fix: "see acore-sched history \(started.run.job)")
    }

    private func clean(_ run: Run) {
        do throws(DaemonError) {
            try engine(try makeRunner()).finish(run.id)
        } catch {
            log.warning("\(error)")
        }
    }

    /// Writes how a run ended, unless a daemon that started meanwhile does it.
    private func record(_ end: AttemptEnd, of run: Run, definition: JobDefinition) throws(DaemonError) -> Run {
        let (ended, attempt) = row(for: end, of: run, definition: definition)
        do throws(DaemonError) {
            try locked(patience: Self.recordPatience) { ledger throws(DaemonError) in
                try Self.recording { () throws(LedgerError) in
                    // A daemon that came and went meanwhile may have moved the run on, or recorded its end.
                    guard let known = try ledger.run(run.id)?.state, known.isLive else { return }
                    let alerts = try DirectAlerts.changes(
                        after: end, of: ended, from: known, definition: definition, in: ledger, site: site, now: clock.now())
                    try ledger.commit(LedgerChanges(moves: [(ended, known)], attempts: [attempt], alerts: alerts))
                    heartbeats.observe(ended, from: known, of: definition)
                }
            }
        } catch {
            try leave("end", of: run, because: error)
        }
        return ended
    }

    /// Refuses when a run of the job goes on that must not be joined, or the job's group is full. Runs that ended or vanished
    /// while nobody watched are settled on the way.
    private func refuseOverlap(of definition: JobDefinition, beside others: [JobDefinition], in ledger: Ledger) throws(DaemonError) {
        let engine = engine(try makeRunner())
        let open = try Self.recording { () throws(LedgerError) in try ledger.unendedRuns() }
        var goingOn: [Run] = []
        for run in open where run.state.isLive {
            if let end = engine.settledEnd(of: run) {
                let known = others.first { $0.name == run.job }
                try settle(run, by: end, definition: known, in: ledger)
            } else {
                goingOn.append(run)
            }
        }
        if definition.overlap != .allow, let run = goingOn.first(where: { $0.job == definition.name }) {
            throw DaemonError(
                "run \(run.id) of \(definition.name) goes on", fix: "wait for its end, or set overlap: allow in the job file",
                category: .busy)
        }
        guard let group = definition.group else { return }
        let members = Set(others.filter { $0.group == group }.map(\.name))
        let busy = goingOn.filter { members.contains($0.job) }
        if busy.count >= site.settings.groups[group] ?? 1, let run = busy.first {
            throw DaemonError(
                "run \(run.id) of \(run.job) goes on in the same group, \(group)",
                fix: "wait for its end, or raise groups: in acore-sched.yaml",
                category: .busy)
        }
    }

    private func settle(_ run: Run, by end: AttemptEnd, definition: JobDefinition?, in ledger: Ledger) throws(DaemonError) {
        let (ended, attempt) = row(for: end, of: run, definition: definition)
        try Self.recording { () throws(LedgerError) in
            let alerts = try DirectAlerts.changes(
                after: end, of: ended, from: run.state, definition: definition, in: ledger, site: site, now: clock.now())
            try ledger.commit(LedgerChanges(moves: [(ended, run.state)], attempts: [attempt], alerts: alerts))
        }
        if let definition { heartbeats.observe(ended, from: run.state, of: definition) }
        // Its folder for what is gone after it, its secrets: nobody else clears them away.
        clean(run)
        log.notice("run \(run.id) of \(run.job) ended unwatched: \(ended.state.rawValue)")
    }

    /// The rows that say how an attempt ended.
    private func row(for end: AttemptEnd, of run: Run, definition: JobDefinition?) -> (run: Run, attempt: RunAttempt) {
        let (event, ending) = RunVerdict.judge(end, role: site.catalog[run.kind]?.program, definition: definition)
        var ended = run
        ended.state = run.state.after(event) ?? .failed
        ended.startedAt = run.startedAt ?? end.startedAt
        ended.endedAt = end.endedAt
        ended.ending = ending
        var attempt = RunAttempt(run: run.id, number: run.attempt, startedAt: end.startedAt ?? end.endedAt)
        attempt.endedAt = end.endedAt
        attempt.state = ended.state
        attempt.ending = ending
        return (ended, attempt)
    }

    private func makeRunner() throws(DaemonError) -> Runner { try Self.makeRunner(site: site, state: state) }

    private static func makeRunner(site: Site, state: StateDirectory) throws(DaemonError) -> Runner {
        do throws(RunnerError) {
            return try Runner.make(site: site, state: state, cgroup: nil)
        } catch {
            throw DaemonError("\(error)", fix: "see docs/operating.md")
        }
    }

    private func engine(_ runner: Runner, call: VerbRequest? = nil) -> ProcessEngine {
        let secrets = SecretStore(directory: site.locations.secretsDirectory)
        let clock = clock
        return ProcessEngine(
            runner: runner,
            composer: RunComposer(
                state: state, catalog: site.catalog, secrets: secrets,
                facts: RunFacts(stateDirectory: state.path, runner: runner, catalog: site.catalog, log: log), call: call),
            log: log, now: { clock.now() })
    }

    /// Opens the ledger under the lock for as long as `body` takes.
    private func locked<Value>(
        patience: Duration = StateLock.commandPatience, _ body: (Ledger) throws(DaemonError) -> Value
    ) throws(DaemonError) -> Value {
        let lock = try StateLock.take(in: state.path, patience: patience)
        defer { withExtendedLifetime(lock) {} }
        let opened = try Self.recording { () throws(LedgerError) in try Ledger.open(in: state.path, now: clock.now()) }
        if let notice = opened.notice, notice.isTrouble { log.warning("\(notice)") }
        let value: Value
        do throws(DaemonError) {
            value = try body(opened.ledger)
        } catch {
            // The first error is the one to tell; the connection closes with the ledger in any case.
            do throws(LedgerError) { try opened.ledger.close() } catch { log.warning("\(error)") }
            throw error
        }
        try Self.recording { () throws(LedgerError) in try opened.ledger.close() }
        return value
    }

    private static func recording<Value>(_ body: () throws(LedgerError) -> Value) throws(DaemonError) -> Value {
        do throws(LedgerError) {
            return try body()
        } catch {
            throw DaemonError(error)
        }
    }
}
