import CronSchedule
package import Ledger
package import Logging
package import SchedulerCore

/// The shell around the pure scheduler: reads the clocks, writes the ledger, starts and stops runs. No policy is decided here.
package actor SchedulerLoop {
    /// How long a ledger that cannot be written is left alone before the next try.
    package static let ledgerPause = Duration.seconds(5)

    /// History is pruned after so many runs: by the work that was done, so that an idle daemon has no timer for it.
    package static let runsBetweenUpkeep = 500

    var scheduler: Scheduler
    let ledger: Ledger
    let engine: any RunEngine
    let clock: any LoopClock
    let log: Logger
    /// The moment for which ``expectNext()`` has told.
    private var expected: Instant?
    private var ends: [AttemptEnd] = []
    /// Runs that ended since the last upkeep.
    private var endedRuns = 0
    private let upkeepDue: @Sendable () -> Void
    private let faults: FaultPlan?
    /// What is known of alerts, and what goes with them.
    package internal(set) var alerts: AlertParts
    /// What the service manager hears.
    var service: ServiceReport
    /// Hears of each change of a run, once it is on the disk; must not wait.
    let observe: RunObserver
    /// What monitors are told of the loop.
    let meter: LoopMeter
    /// Actions that the ledger did not take yet. While there are some, nothing new is decided: slots wait, and are then late.
    private(set) var backlog: SchedulerActions?
    /// Who waits for the end of a run.
    var endWaiters: [RunID: [AsyncStream<Run>.Continuation]] = [:]
    /// Why the loop must end: the ledger is not as this daemon believes, or is damaged. A new daemon begins from what it holds, or
    /// sets it aside.
    package internal(set) var contradiction: LedgerError?

    /// - Parameter upkeepDue: called after every ``runsBetweenUpkeep`` runs: history has grown enough to look at it.
    package init(
        scheduler: Scheduler, ledger: Ledger, engine: any RunEngine, clock: any LoopClock, log: Logger,
        service: ServiceNotifier = .silent, meter: LoopMeter = LoopMeter(), alerts: AlertParts = AlertParts(),
        observe: @escaping RunObserver = { _, _, _ in },
        faults: FaultPlan? = nil, upkeepDue: @escaping @Sendable () -> Void = {}
    ) {
        self.faults = faults
        self.observe = observe
        self.meter = meter
        self.alerts = alerts
        self.upkeepDue = upkeepDue
        self.scheduler = scheduler
        self.ledger = ledger
        self.engine = engine
        self.clock = clock
        self.log = log
        self.service = ServiceReport(service, elapsed: clock.elapsed())
    }

    /// Puts the jobs in force, settles runs that the daemon before left, and does the first pass.
    /// - Parameter notice: what opening the ledger had to do.
    /// - Throws: when the ledger cannot be written, or turns out to be damaged: then the daemon must not start on it.
    package func begin(with jobs: [ScheduledJob], after notice: LedgerNotice? = nil) async throws(LedgerError) {
        let now = clock.now()
        var actions = scheduler.begin(with: jobs, now: now)
        meetJobs()
        follow(&actions, ends: [])
        var changes = LedgerChanges(actions)
        changes.events.append(LedgerEvent(at: now, kind: .started, detail: "the daemon started"))
        if let notice { changes.events.append(LedgerEvent(at: now, notice)) }
        // The boot of before, until what was open then is settled on the disk: should this daemon die, the next one must see it, too.
        if let boot = scheduler.bootIDAtStart { changes.clock?.bootID = boot }
        try ledger.commit(changes)
        meter.count(actions) { scheduler.definition(of: $0) != nil }
        tellEvents(of: actions)
        for run in scheduler.open.values.sorted(by: { $0.id < $1.id }) where run.state.isLive { await recover(run) }
        for run in actions.stops { stop(run) }
        pass()
        if scheduler.hasRebooted { writeClock() }
        if let contradiction, contradiction.isDamage { throw contradiction }
    }

    private func writeClock() {
        var actions = SchedulerActions()
        actions.clock = scheduler.clock
        write(actions)
    }

    /// Works until the task is cancelled, or the ledger contradicts the scheduler. Runs go on then: they belong to their launchers.
    package func work() async {
        expectNext()
        for await _ in clock.rings {
            if Task.isCancelled || contradiction != nil { return }
            pass()
            expectNext()
        }
    }

    /// Tells the engine, once for each moment at which something is due, what that will be.
    /// - Parameter anew: also if that moment has been told.
    func expectNext(anew: Bool = false) {
        guard let next = scheduler.nextAlarm, anew || next != expected else { return }
        expected = next
        engine.expect(scheduler.jobs(dueAt: next), at: next)
    }

    /// One look at the clock, and everything that follows from it.
    package func pass() {
        guard contradiction == nil else { return }
        let begin = meter.passBegins()
        defer { meter.passEnds(begin) }
        service.live(at: clock.elapsed())
        let refused = backlog != nil
        if let waiting = backlog {
            backlog = nil
            guard write(waiting) else { return }
        }
        let taken = ends
        var actions = scheduler.pass(now: clock.now(), elapsed: clock.elapsed(), ends: taken, ledgerRefused: refused)
        follow(&actions, ends: taken)
        ends.removeFirst(taken.count)
        for end in taken { clean(end.run) }
        write(actions)
        arm()
    }

    /// Sets the alarm for what is due next; while the ledger does not take rows, ``ledgerPause`` rules.
    func arm() {
        let next = [scheduler.nextAlarm, alerts.book.nextAlarm].compactMap(\.self).min()
        if backlog == nil { setAlarm(ends.isEmpty ? next : clock.now()) }
        service.tell(scheduler)
    }

    /// Makes ``work()`` look whether it has been cancelled.
    package func nudge() { clock.nudge() }

    /// The last row of this daemon's life.
    package func end() {
        dismissWaiters()
        do throws(LedgerError) {
            try ledger.commit(LedgerChanges(events: [LedgerEvent(at: clock.now(), kind: .stopped, detail: "the daemon stopped")]))
        } catch {
            log.error("the ledger cannot be written: \(error)")
        }
    }

    /// What the loop holds, for status and tests.
    package var snapshot: Scheduler { scheduler }

    /// The next ring: what is due, or the next sign of life for the service manager.
    private func setAlarm(_ instant: Instant?) {
        let now = clock.now()
        let alarm = service.alarm(instant, now: now, elapsed: clock.elapsed())
        meter.expects(alarm, now: now)
        clock.setAlarm(alarm)
    }

    private func take(_ end: AttemptEnd) {
        ends.append(end)
        clock.nudge()
    }

    /// Makes the rows durable, then stops and starts. Without the rows nothing starts.
    @discardableResult
    func write(_ actions: SchedulerActions) -> Bool {
        if let waiting = backlog {
            // Rows reach the ledger in the order in which they were decided.
            backlog = waiting.followed(by: actions)
            return false
        }
        do throws(LedgerError) {
            faults?.passBefore(actions)
            if !actions.isEmpty { try ledger.commit(LedgerChanges(actions)) }
            faults?.passAfter(actions)
        } catch {
            guard !giveUp(over: error) else { return false }
            log.error("the ledger cannot be written, nothing starts until it can: \(error)")
            backlog = actions
            meter.ledgerRefused()
            setAlarm(clock.now().moved(by: Self.ledgerPause))
            return false
        }
        carryOut(actions)
        return true
    }

    /// Ends the loop over an error that asking again cannot help: somebody else wrote, the scheduler is wrong, or the ledger is damaged.
    /// - Returns: false for any other error.
    func giveUp(over error: LedgerError) -> Bool {
        if case .conflict = error {
            log.critical("the ledger is not as this daemon left it: \(error)")
        } else if error.isDamage {
            log.critical("\(error)")
        } else {
            return false
        }
        contradiction = error
        clock.nudge()
        return true
    }

    /// What follows from rows that are on the disk.
    func carryOut(_ actions: SchedulerActions) {
        meter.count(actions) { scheduler.definition(of: $0) != nil }
        tell(actions)
        tellWaiters(of: actions)
        tellObserver(of: actions)
        for run in actions.stops { stop(run) }
        start(actions.starts)
        if !actions.alerts.notices.isEmpty || !actions.alerts.released.isEmpty { alerts.noticesDue() }
    }

    /// What was written, for the log.
    private func tell(_ actions: SchedulerActions) {
        tellEvents(of: actions)
        let rows = Dictionary(actions.moves.map { ($0.run.id, $0.run) }, uniquingKeysWith: { _, last in last })
        for attempt in actions.attempts {
            guard let run = rows[attempt.run] else { continue }
            let isGood = attempt.state == .succeeded
            let next = run.retryAt.map { "; next attempt at \($0)" } ?? ""
            log.log(
                level: isGood ? .info : .warning,
                "run \(run.id) of \(run.job): \(attempt.state.rawValue): \(attempt.ending.summary)\(next)",
                metadata: .about(run).merging(["state": "\(attempt.state.rawValue)"]) { $1 })
        }
        endedRuns += actions.attempts.count
        if endedRuns >= Self.runsBetweenUpkeep {
            endedRuns = 0
            upkeepDue()
        }
    }

    /// Of jobs' files their loading tells, with the place in the file.
    private func tellEvents(of actions: SchedulerActions) {
        for event in actions.events where event.job == nil { log.notice("\(event.detail)") }
    }

    private func start(_ runs: [RunID]) {
        var started = SchedulerActions()
        engine.startBatch(of: runs.count) {
            for id in runs { started.moves += start(id) }
        }
        // Writing lines takes as long as some starts: what is due goes first.
        for run in started.moves.map(\.run) {
            let attempt = run.attempt > 1 ? ", attempt \(run.attempt)" : ""
            log.info(
                "run \(run.id) of \(run.job) started\(attempt)",
                metadata: .about(run).merging(["trigger": "\(run.trigger.rawValue)"]) { $1 })
        }
        if !started.isEmpty { write(started) }
    }

    /// - Returns: what it changed.
    private func start(_ id: RunID) -> [SchedulerActions.Move] {
        guard let run = scheduler.open[id], let definition = scheduler.definition(of: run.job) else { return [] }
        do throws(DaemonError) {
            let instant = try engine.start(run, of: definition) { end in Task { await self.take(end) } }
            return scheduler.started(id, at: instant).moves
        } catch {
            log.error("\(error)", metadata: .about(run))
            fail(run, because: error)
            return []
        }
    }

    private func fail(_ run: Run, because error: DaemonError) {
        var end = AttemptEnd(
            run: run.id, attempt: run.attempt, cause: .startFailed(step: "prepare", reason: error.problem), endedAt: clock.now())
        end.fix = error.fix
        take(end)
    }

    private func stop(_ run: RunID) {
        do throws(DaemonError) {
            try engine.stop(run)
        } catch {
            log.error("\(error)", metadata: .about(run))
        }
    }

    private func recover(_ run: Run) async {
        do throws(DaemonError) {
            switch try await engine.recover(run, ended: { end in Task { await self.take(end) } }) {
            case .live(let startedAt):
                log.notice("run \(run.id) of \(run.job) goes on and is watched again", metadata: .about(run))
                write(scheduler.started(run.id, at: startedAt))
            case .ended(let end): ends.append(end)
            case .neverStarted:
                if run.state == .starting, !scheduler.hasRebooted {
                    write(scheduler.neverStarted(run.id))
                } else {
                    ends.append(AttemptEnd(run: run.id, attempt: run.attempt, cause: .vanished, endedAt: clock.now()))
                }
            }
        } catch {
            log.error("\(error)", metadata: .about(run))
            ends.append(AttemptEnd(run: run.id, attempt: run.attempt, cause: .vanished, endedAt: clock.now()))
        }
    }

    private func clean(_ run: RunID) {
        do throws(DaemonError) {
            try engine.finish(run)
        } catch {
            log.warning("\(error)", metadata: .about(run))
        }
    }
}
