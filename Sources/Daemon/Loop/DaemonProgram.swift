import CLinux
import CronSchedule
import FoundationEssentials
import Glibc
package import JobFiles
import JobKit
package import Ledger
import Logging
package import Runner
package import SchedulerCore

/// The daemon from its start to its end.
package struct DaemonProgram: Sendable {
    /// How long pings that are under way hold up the daemon's end.
    private static let heartbeatPatience = Duration.seconds(2)

    private let locations: Locations
    private let version: String
    private let logFormat: DaemonSettings.LogFormat?

    /// - Parameter logFormat: what the command line asks for; nil = what the daemon's file says.
    package init(locations: Locations, version: String, logFormat: DaemonSettings.LogFormat? = nil) {
        self.locations = locations
        self.version = version
        self.logFormat = logFormat
    }

    /// Runs jobs until TERM or INT. Runs go on then: they belong to their launchers.
    /// - Parameter announce: takes lines for standard output: where everything lies, and the table of jobs.
    // long: the composition, in the order in which the parts need each other.
    package func run(announce: @Sendable (String) -> Void) async throws(DaemonError) {
        let service = ServiceNotifier.takingEnvironment()
        let faults = try FaultPlan(ProcessInfo.processInfo.environment["ACORE_SCHED_FAULT"])
        let stop = StopSignals()
        let hangUp = ReloadSignal()
        let clock = try SystemLoopClock()
        let site = try Site(locations: locations)
        let log = logger(settings: site.settings, clock: clock)
        let state = try StateDirectory(path: site.locations.stateDirectory)
        site.reportPlugins(to: log)
        site.keepKinds(in: state, log: log)
        let lock = try StateLock.take(in: state.path, patience: StateLock.daemonPatience)
        let meter = LoopMeter()
        let observatory = Observatory(version: version, startedAt: clock.now(), meter: meter, log: log)
        let listening = Self.listen(site.settings, observatory: observatory, log: log)
        defer { listening.cancel() }
        let watch = Self.watch(site.locations.jobsDirectory, log: log)
        let load = JobLoad(site: site, state: state, clock: clock, watch: watch)
        let start = LedgerStart(state: state, clock: clock, log: log)
        let (opened, first) = try await Self.open(start, beside: load)
        try tell(first, site: site, log: log)
        let runner = try Self.runner(site: site, state: state, log: log)
        let jobs = first.inForce.inOrder
        let heartbeats = RunHeartbeats(site: site, runner: runner, log: log, version: version)
        let (rings, upkeepDue) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let marks = MaintenanceWatch(runner: runner, log: log)
        let outboxClock = try SystemLoopClock()
        let (ledger, loop) = try await start.begin(opened, with: jobs) { ledger throws(LedgerError) in
            SchedulerLoop(
                scheduler: try Self.scheduler(site: site, ledger: ledger, clock: clock), ledger: ledger,
                engine: engine(
                    site: site, state: state, ledger: ledger, runner: runner, marks: marks, clock: clock, log: log, faults: faults),
                clock: clock, log: log, service: service, meter: meter,
                alerts: AlertParts(
                    book: try AlertBook(ledger, site: site, now: clock.now()), maintenance: { marks.maintenance(by: $0) },
                    noticesDue: { outboxClock.nudge() }),
                observe: { heartbeats.observe($0, from: $1, of: $2) }, faults: faults, upkeepDue: { upkeepDue.yield() })
        }
        announce(await Announcement(locations: site.locations, version: version, jobs: jobs, scheduler: loop.snapshot).text)
        dropOrders(in: state, allBut: await loop.snapshot, log: log)
        let shelf = JobShelf(
            first: first, load: load, loop: loop, clock: clock, log: log, before: { service.reloading() },
            after: { _ in service.ready("\(ServiceStatus(await loop.snapshot))") })
        observatory.begin(loop: loop, shelf: shelf, ledger: ledger, channels: site.settings.channels.map(\.name)) { clock.now() }
        let control = ControlService(
            control: DaemonControl(
                site: site, state: state, loop: loop, ledger: ledger, shelf: shelf, observatory: observatory, clock: clock, log: log,
                version: version),
            locations: site.locations, settings: site.settings, log: log)
        let (isServing, served) = AsyncStream.makeStream(of: Void.self)
        let serving = Task { await control.work { served.finish() } }
        for await _ in isServing {}
        service.ready("\(ServiceStatus(await loop.snapshot))")
        log.notice("ready", metadata: ["jobs": "\(jobs.count)", "version": "\(version)"])
        let upkeep = Upkeep(ledger: ledger, runner: runner, settings: site.settings, clock: clock, log: log) {
            await shelf.inForce.historyRules
        }
        let reloading = Task {
            // Not before the daemon is ready: whoever waits for it has no use for this.
            await shelf.keep()
            linux_release_memory()
            await shelf.follow(watch, hangUp)
        }
        let tidying = Task { await upkeep.work(rings: rings) }
        let channels = AlertChannels(site: site, version: version) { log.warning("\($0)") }
        let outbox = OutboxWorker(ledger: ledger, loop: loop, clock: outboxClock, repeats: channels.repeats, log: log) {
            await channels.deliver($0, to: $1)
        }
        let telling = Task { await outbox.work() }
        let beating = Self.beat(site: site, loop: loop, log: log, version: version)
        await work(loop, stop: stop, beside: [serving, reloading, tidying, telling, beating]) { await observatory.stop() }
        service.stopping()
        await close(loop, ledger: ledger, log: log)
        await heartbeats.finish(within: Self.heartbeatPatience)
        runner.closeServer()
        listening.cancel()
        await listening.value
        withExtendedLifetime(lock) {}
        if let contradiction = await loop.contradiction { throw Self.end(because: contradiction) }
    }

    /// Settings that a request brought are not to lie about when the daemon died before it claimed the run.
    private func dropOrders(in state: StateDirectory, allBut scheduler: Scheduler, log: Logger) {
        do throws(DaemonError) {
            try RunOrders(state: state).drop(allBut: Set(scheduler.open.keys))
        } catch {
            log.error("\(error)")
        }
    }

    /// Opens the ledger while the job files are read: those keep the processors busy, and a ledger the disk.
    private static func open(
        _ start: LedgerStart, beside load: JobLoad
    ) async throws(DaemonError) -> (ledger: LedgerStart.Opened, first: JobLoad.Outcome) {
        async let ledger = start.openOnItsOwnThread()
        let first = load.first()
        return (try await ledger.get(), first)
    }

    /// Says what the first load found.
    /// - Throws: when there is nothing to begin with.
    private func tell(_ outcome: JobLoad.Outcome, site: Site, log: Logger) throws(DaemonError) {
        ReloadLog(log: log).tell(outcome)
        guard outcome.inForce.isFolderReadable else {
            throw DaemonError(
                "the job files in \(site.locations.jobsDirectory) cannot be read",
                fix: "correct what is said above, or name another folder with --jobs-dir",
                category: .refused)
        }
    }

    /// Answers monitors while the daemon starts, works and stops, if the settings say where.
    private static func listen(_ settings: DaemonSettings, observatory: Observatory, log: Logger) -> Task<Void, Never> {
        guard let address = settings.listen else { return Task {} }
        let service = ListenerService(address: address, tellsDetails: settings.listenDetails, observatory: observatory, log: log)
        return Task(executorPreference: service.thread) { await service.work() }
    }

    /// Tells an address outside that the daemon works, if the settings name one.
    private static func beat(site: Site, loop: SchedulerLoop, log: Logger, version: String) -> Task<Void, Never> {
        guard let settings = site.settings.heartbeat else { return Task {} }
        let heartbeat = DaemonHeartbeat(settings, site: site, loop: loop, log: log, version: version)
        return Task { await heartbeat.work() }
    }

    private static func watch(_ directory: String, log: Logger) -> JobFileWatch? {
        do throws(FileRefusal) {
            let watch = try JobFileWatch(directory: directory)
            if let trouble = watch.trouble { log.warning("\(trouble.problem); fix: \(trouble.fix)") }
            return watch
        } catch {
            log.warning("\(error.problem); fix: \(error.fix)")
            return nil
        }
    }

    private func engine(
        site: Site, state: StateDirectory, ledger: Ledger, runner: Runner, marks: MaintenanceWatch, clock: SystemLoopClock, log: Logger,
        faults: FaultPlan?
    ) -> ProcessEngine {
        let secrets = SecretStore(directory: site.locations.secretsDirectory)
        return ProcessEngine(
            runner: runner,
            composer: RunComposer(
                state: state, catalog: site.catalog, secrets: secrets,
                facts: RunFacts(ledger: ledger, marks: marks, catalog: site.catalog, log: log)),
            log: log, faults: faults, now: { clock.now() })
    }

    /// - Parameters:
    ///   - others: what ends with the loop, and before the ledger is closed: no batch, no change of the jobs and no
    ///   request may be under way then.
    ///   - ending: called first when the end begins.
    private func work(
        _ loop: SchedulerLoop, stop: StopSignals, beside others: [Task<Void, Never>], ending: @Sendable () async -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await loop.work() }
            group.addTask { await stop.wait() }
            await group.next()
            await ending()
            group.cancelAll()
            for task in others { task.cancel() }
            for task in others { await task.value }
            await loop.nudge()
        }
    }

    private func close(_ loop: SchedulerLoop, ledger: Ledger, log: Logger) async {
        await loop.end()
        do throws(LedgerError) {
            try ledger.close()
        } catch {
            log.error("the ledger cannot be closed: \(error)")
        }
        log.notice("stopped; runs that are under way go on")
    }

    private func logger(settings: DaemonSettings, clock: SystemLoopClock) -> Logger {
        let output = LogOutput(logFormat ?? settings.logFormat, in: .current(environment: ProcessInfo.processInfo.environment))
        return output.logger(level: Logger.Level(rawValue: settings.logLevel.rawValue) ?? .info, now: { clock.now() })
    }

    private static func end(because contradiction: LedgerError) -> DaemonError {
        guard case .conflict = contradiction else { return DaemonError(contradiction) }
        return DaemonError(
            "the ledger is not as this daemon left it: \(contradiction.problem)",
            fix: "start the daemon anew; it begins from what the ledger holds")
    }

    private static func runner(site: Site, state: StateDirectory, log: Logger) throws(DaemonError) -> Runner {
        do throws(RunnerError) {
            let cgroup: CgroupTree?
            switch CgroupTree.find() {
            case .available(let unit): cgroup = try CgroupTree(unit: unit)
            case .unavailable(let reason):
                cgroup = nil
                log.info("no cgroups for runs: \(reason)")
            }
            let runner = try Runner.make(site: site, state: state, cgroup: cgroup)
            try runner.openServer()
            return runner
        } catch {
            throw DaemonError("\(error)", fix: "see docs/operating.md")
        }
    }

    private static func scheduler(site: Site, ledger: Ledger, clock: SystemLoopClock) throws(LedgerError) -> Scheduler {
        let limits = Admission.Limits(
            runs: site.settings.maxRuns, catchUps: site.settings.maxCatchUpRuns, groups: site.settings.groups)
        let surroundings = Scheduler.Surroundings(
            host: Machine.hostName, bootID: Machine.bootID, limits: limits, programs: site.catalog.programRoles)
        return Scheduler(surroundings: surroundings, past: try Scheduler.Past(ledger), now: clock.now(), elapsed: clock.elapsed())
    }
}

extension Scheduler.Past {
    /// What the ledger holds.
    package init(_ ledger: Ledger) throws(LedgerError) {
        self.init()
        clock = try ledger.clock()
        cursors = try ledger.cursors()
        unendedRuns = try ledger.unendedRuns()
        waiting = try ledger.waitingOccurrences()
        let jobs = cursors.map(\.job)
        lastSuccess = try ledger.lastSuccess(of: jobs)
        lastStart = try ledger.lastStart(of: jobs)
    }
}

extension Runner {
    /// The runner of a site, with the folder for secrets made where it can be.
    package static func make(site: Site, state: StateDirectory, cgroup: CgroupTree?) throws(RunnerError) -> Runner {
        let runtime = site.locations.runtimeDirectory.flatMap { mkdir($0, 0o711) == 0 || errno == EEXIST ? $0 : nil }
        return try Runner(
            settings: RunnerSettings(
                stateDirectory: state.path, launcherPath: site.installation.launcher, runtimeDirectory: runtime, cgroup: cgroup))
    }
}
