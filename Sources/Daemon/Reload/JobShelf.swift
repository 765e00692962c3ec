import CLinux
import Logging
import SchedulerCore

/// Owns which jobs are in force: looks at the files when it is asked to, one look at a time, and hands what changed to the scheduler.
package actor JobShelf {
    package private(set) var inForce: JobsInForce
    /// What was found and is not kept yet.
    private var unkept: JobLoad.Outcome?
    private let load: JobLoad
    private let loop: SchedulerLoop
    private let clock: any LoopClock
    private let log: Logger
    private let before: @Sendable () async -> Void
    private let after: @Sendable (ReloadReport) async -> Void
    /// The look that goes on.
    private var current: Task<ReloadReport, Never>?
    /// The one after it, for whoever asked during it: the files may have changed since it began.
    private var following: Task<ReloadReport, Never>?

    /// - Parameters:
    ///   - first: what `loop` was begun with.
    ///   - before: called before each look at the files.
    ///   - after: called when what it found is in force.
    init(
        first: JobLoad.Outcome, load: JobLoad, loop: SchedulerLoop, clock: any LoopClock, log: Logger,
        before: @escaping @Sendable () async -> Void = {}, after: @escaping @Sendable (ReloadReport) async -> Void = { _ in }
    ) {
        inForce = first.inForce
        unkept = first.isNew ? first : nil
        self.load = load
        self.loop = loop
        self.clock = clock
        self.log = log
        self.before = before
        self.after = after
    }

    /// Looks at all job files and puts what changed in force.
    /// - Returns: what a look that began after this call found.
    package func reload() async -> ReloadReport {
        if let following { return await following.value }
        // These tasks are owned by this actor: a look that somebody waits for is not cancelled with one of those who wait.
        guard let current else {
            let look = Task { await self.look() }
            self.current = look
            return await look.value
        }
        let look = Task {
            _ = await current.value
            return await self.look()
        }
        following = look
        return await look.value
    }

    private func look() async -> ReloadReport {
        await before()
        let start = clock.elapsed()
        let outcome = await load.next(after: inForce)
        let changes = JobChanges(from: inForce.jobs, to: outcome.inForce.jobs)
        var report = ReloadReport(outcome, changes: changes)
        let words = ReloadLog(log: log)
        words.tell(outcome, before: inForce)
        words.tellFolder(outcome, before: inForce)
        inForce = outcome.inForce
        if !changes.isEmpty {
            await loop.reload(changes)
            let told = changes.placed.prefix(ReloadReport.mostTold).map(\.definition.name)
            report.upcoming = await loop.upcoming(of: told, count: ReloadReport.startsTold)
        }
        if !changes.isEmpty || outcome.unkept != nil { unkept = outcome }
        report.duration = clock.elapsed() - start
        words.tell(report, changes: changes)
        await after(report)
        if unkept != nil {
            keep()
            linux_release_memory()
        }
        current = following
        following = nil
        return report
    }

    /// Keeps what was found for the next start, once it is in force: a daemon that dies before has the next one read the files.
    func keep() {
        guard let outcome = unkept else { return }
        do throws(DaemonError) {
            try load.keep(outcome)
        } catch {
            log.error("\(error)")
        }
        unkept = nil
    }
}

extension ReloadReport {
    init(_ outcome: JobLoad.Outcome, changes: JobChanges) {
        added = changes.added.map(\.definition.name)
        changed = changes.changed.map(\.definition.name)
        removed = changes.removed
        broken = outcome.inForce.broken.sorted()
        refused = outcome.inForce.refused.sorted()
        unchanged = changes.unchanged
        findings = outcome.inForce.findings
        isFolderReadable = outcome.inForce.isFolderReadable
    }
}
