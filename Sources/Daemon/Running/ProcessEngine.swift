package import CronSchedule
import JobKit
package import Logging
package import Runner
package import SchedulerCore
import Synchronization

/// Real processes, through the runner.
package final class ProcessEngine: RunEngine {
    private let runner: Runner
    private let composer: RunComposer
    private let log: Logger
    private let live = Mutex<[RunID: LiveRun]>([:])
    /// What watches the runs of the batch that is being started; nil between batches.
    private let unwatched = Mutex<[@Sendable () -> Void]?>(nil)
    /// Makes ready what is due next.
    private let expecting = Mutex<Task<Void, Never>?>(nil)
    /// When launchers that wait in vain go; nil where none waits.
    private let waitEnd = Mutex<ContinuousClock.Instant?>(nil)
    private let faults: FaultPlan?
    private let now: @Sendable () -> Instant

    package init(
        runner: Runner, composer: RunComposer, log: Logger, faults: FaultPlan? = nil, now: @escaping @Sendable () -> Instant
    ) {
        self.faults = faults
        self.runner = runner
        self.composer = composer
        self.log = log
        self.now = now
    }

    /// Folders and launchers are made ahead from so many on, since a few are started as fast, and for so many at most.
    private static let madeAhead = 8...1024
    /// Launchers take memory while they wait: so long before the moment they are made, and so long after it the last of them go.
    private static let waitBefore = Duration.seconds(2)
    private static let waitAfter = Duration.seconds(10)

    package func expect(_ jobs: Set<String>, at moment: Instant) {
        guard jobs.count >= Self.madeAhead.lowerBound else { return }
        expecting.withLock { expecting in
            let older = expecting
            older?.cancel()
            // Detached: the scheduler does not wait for what it can do without.
            expecting = Task.detached { [self] in
                await older?.value
                do {
                    try await makeReady(jobs.prefix(Self.madeAhead.upperBound), for: moment)
                } catch is CancellationError {
                    // The younger expectation takes over what is there.
                } catch {
                    // Processes and memory are for those who work.
                    letLaunchersGo()
                    log.warning("not all can be made ahead, many runs due together start later: \(error)")
                }
            }
        }
    }

    private func makeReady(_ jobs: Slice<Set<String>>, for moment: Instant) async throws {
        for job in jobs { _ = try composer.state.folder(ofJob: job, owner: nil) }
        try runner.makeFoldersReady(jobs.count)
        let early = .milliseconds(moment.milliseconds - now().milliseconds) - Self.waitBefore
        let begin = ContinuousClock.now + early
        if let end = waitEnd.withLock({ $0 }), end < begin {
            try await Task.sleep(until: end, clock: .continuous)
            letLaunchersGo()
        }
        try await Task.sleep(until: begin, clock: .continuous)
        // Later they would be in the way of the starts.
        try runner.makeLaunchersReady(jobs.count) { !Task.isCancelled && now() < moment }
        let end = ContinuousClock.now + Self.waitBefore + Self.waitAfter
        waitEnd.withLock { $0 = end }
        try await Task.sleep(until: end, clock: .continuous)
        letLaunchersGo()
    }

    private func letLaunchersGo() {
        runner.letLaunchersGo()
        waitEnd.withLock { $0 = nil }
    }

    package func start(
        _ run: Run, of definition: JobDefinition, ended: @escaping @Sendable (AttemptEnd) -> Void
    ) throws(DaemonError) -> Instant {
        let instant = now()
        let request = try composer.compose(run, of: definition, now: instant)
        do {
            let prepared = try runner.prepare(request)
            for limit in prepared.notEnforced { log.warning("job \(run.job): \(limit)", metadata: .about(run)) }
            if run.dryRun, request.mode == .program {
                ended(plannedOnly(run, arguments: request.arguments, at: instant))
            } else {
                faults?.pass(.beforeSpawn)
                let process = try runner.start(prepared)
                faults?.pass(.afterSpawn)
                faults?.passLaunchRecord(in: prepared.folder)
                watch(process, of: run) { ended($0.naming(request)) }
            }
        } catch {
            throw DaemonError(
                "run \(run.id) of \(run.job) cannot start: \(error)", fix: "correct what it names, then try: acore-sched run-now \(run.job)"
            )
        }
        return instant
    }

    /// Nobody looks for ends while there is something to start: what is due must not wait for the records of what was quick.
    package func startBatch(of count: Int, _ starts: () -> Void) {
        unwatched.withLock { $0 = [] }
        if count > 1 { runner.inBatch(starts) } else { starts() }
        let batch = unwatched.withLock { unwatched in
            defer { unwatched = nil }
            return unwatched ?? []
        }
        for watch in batch { watch() }
    }

    package func stop(_ run: RunID) throws(DaemonError) {
        guard let process = live.withLock({ $0[run] }) else { return }
        do {
            try runner.stop(process)
        } catch {
            throw DaemonError("run \(run) cannot be stopped: \(error)", fix: "stop process \(process.pid) by hand")
        }
    }

    package func recover(_ run: Run, ended: @escaping @Sendable (AttemptEnd) -> Void) async throws(DaemonError) -> Recovered {
        do {
            switch try runner.inspect(run: run.id.rawValue) {
            case .missing, .neverStarted: return .neverStarted
            // A record of the attempt before: this one was claimed, and its launcher never ran.
            case .finished(let record) where record.attempt < run.attempt: return .neverStarted
            case .vanished(let record) where record.attempt < run.attempt: return .neverStarted
            case .finished(let record): return .ended(end(record, of: run))
            case .vanished: return .ended(vanished(run))
            case .running(let record):
                restoreLimits(of: run)
                watch(try await runner.adopt(run: run.id.rawValue), of: run, ended: ended)
                return .live(startedAt: Instant(milliseconds: record.startedAtMs))
            case .starting:
                restoreLimits(of: run)
                return try waitForRecord(of: run, ended: ended)
            }
        } catch .notRunning {
            // It ended between the look and the adoption: the next look finds how.
            return try await recover(run, ended: ended)
        } catch {
            throw DaemonError("run \(run.id) cannot be looked at: \(error)", fix: "keep its folder for a report")
        }
    }

    /// The run goes on whatever comes of it.
    private func restoreLimits(of run: Run) {
        do throws(RunnerError) {
            for limit in try runner.restoreLimits(of: run.id.rawValue) { log.warning("job \(run.job): \(limit)", metadata: .about(run)) }
        } catch {
            log.warning("run \(run.id) of \(run.job) goes on without its limits: \(error)", metadata: .about(run))
        }
    }

    /// How a run ended that nobody watches; nil while it goes on, and while its starter may still be at work.
    func settledEnd(of run: Run) -> AttemptEnd? {
        do throws(RunnerError) {
            switch try runner.inspect(run: run.id.rawValue) {
            case .starting, .running: return nil
            case .finished(let record): return end(record, of: run)
            case .vanished: return vanished(run)
            case .missing, .neverStarted:
                // Between a claim and its launcher lie milliseconds; after this long whoever claimed is gone.
                let isOld = now().milliseconds - run.claimedAt.milliseconds > 60_000
                return isOld ? AttemptEnd(run: run.id, attempt: run.attempt, cause: .vanished, endedAt: now()) : nil
            }
        } catch {
            log.warning("run \(run.id): \(error)", metadata: .about(run))
            // What a power cut took will not come back.
            if case .damagedRecord = error { return vanished(run) }
            return nil
        }
    }

    /// A launcher holds the lock and has not said who it is: that takes it a few milliseconds.
    private func waitForRecord(of run: Run, ended: @escaping @Sendable (AttemptEnd) -> Void) throws(RunnerError) -> Recovered {
        let follower = try runner.follow(run.id.rawValue)
        Task {
            var follower = follower
            do throws(RunnerError) {
                while try await follower.next() != nil {}
            } catch {
                log.error("run \(run.id): \(error)", metadata: .about(run))
            }
            ended(settled(run))
        }
        return .live(startedAt: now())
    }

    package func finish(_ run: RunID) throws(DaemonError) {
        composer.orders.drop(run)
        do {
            try runner.finish(run: run.rawValue)
        } catch {
            throw DaemonError("what run \(run) left cannot be removed: \(error)", fix: "remove its tmp folder by hand")
        }
    }

    private func watch(_ process: LiveRun, of run: Run, ended: @escaping @Sendable (AttemptEnd) -> Void) {
        live.withLock { $0[run.id] = process }
        // Detached from whoever starts a run: it is owned by this engine and ends with the launcher.
        let watch: @Sendable () -> Void = {
            Task {
                let end = await self.end(of: process, run: run)
                self.live.withLock { $0[run.id] = nil }
                ended(end)
            }
        }
        let isHeld = unwatched.withLock { unwatched in
            unwatched?.append(watch)
            return unwatched != nil
        }
        if !isHeld { watch() }
    }

    private func end(of process: LiveRun, run: Run) async -> AttemptEnd {
        do throws(RunnerError) {
            faults?.pass(.beforeExitRecord)
            switch try await runner.waitForEnd(process) {
            case .finished(let record):
                faults?.pass(.afterExitRecord)
                return end(record, of: run)
            case .vanished: return vanished(run)
            case .neverStarted(let reason):
                return AttemptEnd(run: run.id, attempt: run.attempt, cause: .startFailed(step: "launcher", reason: reason), endedAt: now())
            }
        } catch {
            log.error("run \(run.id): \(error)", metadata: .about(run))
            return AttemptEnd(run: run.id, attempt: run.attempt, cause: .vanished, endedAt: now())
        }
    }

    /// How a run ended that nobody watched to the end.
    private func settled(_ run: Run) -> AttemptEnd {
        do throws(RunnerError) {
            if case .finished(let record) = try runner.inspect(run: run.id.rawValue) { return end(record, of: run) }
        } catch {
            log.error("run \(run.id): \(error)", metadata: .about(run))
        }
        return vanished(run)
    }

    private func vanished(_ run: Run) -> AttemptEnd {
        do throws(RunnerError) {
            if let killed = try runner.killRemains(of: run.id.rawValue), killed > 0 {
                log.warning("run \(run.id): its launcher vanished; \(killed) left-over processes killed", metadata: .about(run))
            }
        } catch {
            log.error("run \(run.id): what its vanished launcher left cannot be killed: \(error)", metadata: .about(run))
        }
        return AttemptEnd(run: run.id, attempt: run.attempt, cause: .vanished, endedAt: now())
    }

    private func end(_ record: ExitRecord, of run: Run) -> AttemptEnd {
        // A program's output is never read as the wire: its exit code is its result.
        let isProgram = composer.catalog[run.kind]?.program != nil
        guard !isProgram else { return AttemptEnd(record, of: run, result: nil) }
        let answer = RunOutput(runner: runner, run: run.id).answer(log: log)
        var end = AttemptEnd(record, of: run, result: answer.result)
        end.checks = answer.checks
        return end
    }

    private func plannedOnly(_ run: Run, arguments: [String], at instant: Instant) -> AttemptEnd {
        var end = AttemptEnd(run: run.id, attempt: run.attempt, cause: .exited(code: 0), endedAt: instant)
        end.notes = ["planned only: would run \(arguments.joined(separator: " "))"]
        return end
    }
}
