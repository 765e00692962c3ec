package import ControlAPI
package import ControlClient
import CronSchedule
import Glibc
import JobFiles
import Ledger
import Logging
import SchedulerCore
import Synchronization

/// What monitors see of the daemon, from its start to its end.
package final class Observatory: Observed {
    /// How long an answer waits for the loop.
    static let patience = Duration.seconds(5)
    /// How long it waits for the ledger, and for the job files while they are read. All in all it comes before a scraper gives up, after 10 s.
    private static let otherPatience = Duration.seconds(2)

    /// The parts of a daemon that works.
    struct Works: Sendable {
        let loop: Inquiry<Scheduler>
        let files: Inquiry<JobsInForce>
        let figures: Inquiry<Result<LedgerView.Figures, LedgerError>>
        let view: LedgerView
        let ledgerPath: String
    }

    private enum Phase {
        case starting, stopping
        case working(Works)
    }

    private struct State {
        var phase = Phase.starting
        var listener: ListenerState?
        /// Why the ledger could not be read, when that was last tried.
        var trouble: String?
    }

    private let state = Mutex(State())
    private let version: String
    private let startedAt: Instant
    private let meter: LoopMeter
    private let log: Logger

    init(version: String, startedAt: Instant, meter: LoopMeter, log: Logger) {
        self.version = version
        self.startedAt = startedAt
        self.meter = meter
        self.log = log
    }

    /// Jobs are in force, and what the daemon before left is settled.
    /// - Parameter channels: names of those that alerts go to.
    func begin(
        loop: SchedulerLoop, shelf: JobShelf, ledger: Ledger, channels: [String], now: @escaping @Sendable () -> Instant
    ) {
        let (view, meter) = (LedgerView(ledger, channels: channels, now: now), meter)
        let works = Works(
            loop: Inquiry(uptime: meter.uptime) { await loop.snapshot }, files: Inquiry(uptime: meter.uptime) { await shelf.inForce },
            figures: Inquiry(uptime: meter.uptime) { await view.figures(dropped: meter.tally.dropped) }, view: view,
            ledgerPath: ledger.path)
        state.withLock { $0.phase = .working(works) }
    }

    /// The end has begun; returns when nothing here reads the ledger any more.
    func stop() async {
        let works = works
        state.withLock { $0.phase = .stopping }
        await works?.view.close()
    }

    /// Where the daemon listens, for status; nil when it is not to.
    var listener: ListenerState? {
        get { state.withLock { $0.listener } }
        set { state.withLock { $0.listener = newValue } }
    }

    private var works: Works? {
        state.withLock { state in
            switch state.phase {
            case .working(let works): works
            case .starting, .stopping: nil
            }
        }
    }

    package func health() -> HealthMessage {
        guard let works else { return HealthMessage(complaint: nil) }
        works.loop.put()
        var pulse = meter.pulse
        pulse.askedAt = works.loop.askedAt
        return HealthMessage(complaint: pulse.complaint(at: meter.uptime()))
    }

    package func readiness() -> ReadinessMessage {
        let phase = state.withLock { $0.phase }
        switch phase {
        case .starting: return ReadinessMessage(.starting, because: "job files, the ledger and what the daemon before left are being read")
        case .stopping: return ReadinessMessage(.stopping, because: "the daemon was asked to stop")
        case .working:
            if meter.isBlocked { return ReadinessMessage(.blocked, because: "the ledger takes no rows: nothing starts until it does") }
            return ReadinessMessage(.ready)
        }
    }

    package func details() async throws(ControlFailure) -> DetailsMessage {
        guard let works else {
            throw ControlFailure(
                "the daemon is \(readiness().status.rawValue)", fix: "ask again when /ready says so", category: .unreachable)
        }
        guard let scheduler = await works.loop.answer(within: Self.patience) else {
            throw ControlFailure(
                "the scheduler has not answered for \(Self.patience)", fix: "see the daemon's log; restart it if it stays so: runs go on",
                category: .unreachable)
        }
        guard let inForce = await works.files.answer(within: Self.otherPatience) else {
            throw ControlFailure("the job files are being looked at", fix: "ask again when that is done", category: .unreachable)
        }
        let (figures, trouble) = await figures(works)
        let size = LedgerSize(path: works.ledgerPath)
        return DetailsMessage(
            about: scheduler, inForce: inForce, outcomes: figures.outcomes,
            daemon: .init(health: health(), readiness: readiness(), version: version, startedAt: startedAt, listener: listener),
            ledger: .init(sizeBytes: size.file, logBytes: size.log, takesRows: !meter.isBlocked, trouble: trouble))
    }

    package func metrics() async -> [MetricFamily] {
        var report = MetricsReport(
            version: version, startedAt: startedAt, isReady: readiness().status == .ready, isBlocked: meter.isBlocked,
            process: ProcessFigures.now())
        guard let works else { return report.families }
        report.ledger = LedgerSize(path: works.ledgerPath)
        guard let scheduler = await works.loop.answer(within: Self.patience) else {
            report.answers = false
            report.tally = meter.tally
            return report.families
        }
        report.answers = true
        let figures = await figures(works).figures
        report.outcomes = figures.outcomes
        report.firing = figures.firing
        report.channels = figures.channels
        report.inForce = await works.files.answer(within: Self.otherPatience)
        report.scheduler = scheduler
        report.names = scheduler.jobNames
        let names = Set(report.names)
        report.checks = figures.checks.filter { names.contains($0.job) }
        report.tally = meter.tally(of: report.names)
        return report.families
    }

    /// What the ledger says, and how the last run of each job ended that has ended since. A ledger that cannot be read is told of once.
    ///
    /// The trouble names no path: whoever asks may be told of jobs, and the rest is in the log.
    private func figures(_ works: Works) async -> (figures: LedgerView.Figures, trouble: String?) {
        let answer = await works.figures.answer(within: Self.otherPatience)
        let fresh = meter.tally.outcomes
        switch answer {
        case .success(var figures):
            note(trouble: nil)
            figures.outcomes.merge(fresh) { earlier, fresh in fresh.completed(by: earlier) }
            return (figures, nil)
        case .failure(let error):
            note(trouble: "\(error)")
            return (LedgerView.Figures(outcomes: fresh), "it cannot be read; the daemon's log says why")
        case nil:
            let trouble = "it has not answered for \(Self.otherPatience)"
            note(trouble: trouble)
            return (LedgerView.Figures(outcomes: fresh), trouble)
        }
    }

    private func note(trouble: String?) {
        let isNew = state.withLock { state in
            defer { state.trouble = trouble }
            return state.trouble != trouble
        }
        if isNew, let trouble { log.error("what the ledger holds cannot be told to monitors: \(trouble)") }
    }
}
