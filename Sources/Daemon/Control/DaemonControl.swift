package import ControlAPI
package import ControlClient
import CronSchedule
import Glibc
import JobFiles
import Ledger
import Logging
import SchedulerCore

/// The daemon, as the control socket sees it.
package struct DaemonControl: Control {
    let site: Site
    let loop: SchedulerLoop
    let ledger: Ledger
    let orders: RunOrders
    private let access: AccessPolicy
    let clock: any LoopClock
    let log: Logger
    private let startedAt: Instant
    private let version: String
    let shelf: JobShelf
    private let observatory: Observatory
    let denials = DenialMeter()

    init(
        site: Site, state: StateDirectory, loop: SchedulerLoop, ledger: Ledger, shelf: JobShelf, observatory: Observatory,
        clock: any LoopClock, log: Logger, version: String
    ) {
        self.site = site
        self.loop = loop
        self.ledger = ledger
        self.clock = clock
        self.log = log
        self.version = version
        self.shelf = shelf
        self.observatory = observatory
        orders = RunOrders(state: state)
        startedAt = clock.now()
        access = AccessPolicy(ownUser: geteuid(), settings: site.settings, log: log)
    }

    package func role(of peer: Peer) -> ControlRole? { access.role(of: peer) }

    package var operatorGroup: String? { site.settings.operators.first }

    package func status() async throws(ControlFailure) -> StatusMessage {
        let scheduler = await loop.snapshot
        let isStuck = await loop.isStuck
        let names = scheduler.jobNames
        let inForce = await shelf.inForce
        let now = clock.now()
        let runs = scheduler.open.values.sorted { $0.id < $1.id }.map { run in
            StatusMessage.OpenRun(
                run: run.id.rawValue, job: run.job, state: run.state.rawValue, since: (run.startedAt ?? run.claimedAt).description)
        }
        return StatusMessage(
            version: version, pid: getpid(), startedAt: startedAt.description, jobsDirectory: site.locations.jobsDirectory,
            stateDirectory: site.locations.stateDirectory, jobs: names.count,
            disabled: names.count { scheduler.definition(of: $0)?.enabled == false },
            paused: names.count { scheduler.cursor(of: $0)?.pausedUntil.map { $0 > now } ?? false },
            broken: inForce.broken.sorted(), refused: inForce.refused.sorted(), runs: runs,
            nextDue: scheduler.nextAlarm?.description, era: scheduler.clock.era,
            trouble: isStuck ? "the ledger takes no rows: nothing starts until it does" : nil, listener: observatory.listener)
    }

    package func details() async throws(ControlFailure) -> DetailsMessage { try await observatory.details() }

    package func run(_ id: String) async throws(ControlFailure) -> RunJSON {
        let id = try parsed(id)
        if let run = await loop.snapshot.open[id] { return RunJSON(run) }
        return RunJSON(try await ended(id))
    }

    package func end(of id: String) async throws(ControlFailure) -> RunJSON { RunJSON(try await ended(try parsed(id))) }

    package func requestRun(of job: String, _ request: RunRequest) async throws(ControlFailure) -> RunJSON {
        let known = await loop.snapshot.definition(of: job)
        let orders = orders
        do throws(DaemonError) {
            guard let known, !request.settings.isEmpty else { return RunJSON(try await loop.requestRun(job, dryRun: request.dryRun)) }
            let settings = try SettingChanges(catalog: site.catalog).applied(request.settings, to: known).settings
            return RunJSON(
                try await loop.requestRun(job, dryRun: request.dryRun) { id throws(DaemonError) in
                    try orders.keep(RunOrder(settings: settings), of: id)
                })
        } catch {
            throw ControlFailure(error)
        }
    }

    package func cancel(_ id: String) async throws(ControlFailure) -> RunJSON {
        let run = try parsed(id)
        do throws(DaemonError) {
            try await loop.cancel(run)
        } catch {
            throw ControlFailure(error)
        }
        return try await self.run(id)
    }

    package func pause(_ job: String, _ request: PauseRequest) async throws(ControlFailure) {
        var end: Instant?
        if let text = request.until {
            guard let instant = Instant(iso8601: text) else {
                throw ControlFailure(
                    "until is no moment: \(text)", fix: "write for example 2027-03-28T00:00:00+01:00", category: .usage)
            }
            guard instant > clock.now() else {
                throw ControlFailure("until lies in the past: \(text)", fix: "name a moment to come", category: .usage)
            }
            end = instant
        }
        do throws(DaemonError) {
            try await loop.pause(job, until: end)
        } catch {
            throw ControlFailure(error)
        }
    }

    package func resume(_ job: String) async throws(ControlFailure) {
        do throws(DaemonError) {
            try await loop.resume(job)
        } catch {
            throw ControlFailure(error)
        }
    }

    package func reload() async throws(ControlFailure) -> ReloadMessage {
        let report = await shelf.reload()
        guard report.isFolderReadable else {
            throw ControlFailure(
                report.findings.map { $0.rendered() }.joined(separator: "\n"), fix: "everything stays as it was; make the folder readable")
        }
        return ReloadMessage(
            added: report.added, changed: report.changed, removed: report.removed, broken: report.broken, refused: report.refused,
            unchanged: report.unchanged, findings: report.findings.map { $0.rendered() })
    }

    package func read(_ request: ReadRequest) async throws(ControlFailure) -> ControlAnswer {
        try ReadingVerbs(locations: site.locations).process(for: request).answer
    }

    private func ended(_ id: RunID) async throws(ControlFailure) -> Run {
        do throws(DaemonError) {
            for await run in try await loop.end(of: id) { return run }
        } catch {
            throw ControlFailure(error)
        }
        throw ControlFailure(
            "the daemon stops; run \(id) goes on", fix: "the next daemon watches it: acore-sched history", category: .unreachable)
    }

    private func parsed(_ id: String) throws(ControlFailure) -> RunID {
        if let id = RunID(rawValue: id) { return id }
        throw ControlFailure("\(id) is no id of a run", fix: "acore-sched history shows them", category: .usage)
    }
}

extension ControlFailure {
    /// What a part of the daemon refused.
    init(_ error: DaemonError) {
        let category: Category =
            switch error.category {
            case .failed: .failed
            case .usage: .usage
            case .notFound: .notFound
            case .refused: .refused
            case .busy: .busy
            }
        self.init(error.problem, fix: error.fix, category: category)
    }
}
