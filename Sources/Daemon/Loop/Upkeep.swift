import CronSchedule
import FoundationEssentials
package import JobFiles
package import Ledger
package import Logging
package import Runner
package import SchedulerCore

/// What keeps a long-lived daemon small: checks the ledger once after the start, and prunes history in small batches.
package struct Upkeep: Sendable {
    private let ledger: Ledger
    private let runner: Runner
    private let settings: DaemonSettings
    private let rules: @Sendable () async -> [String: HistoryRule]
    private let clock: any LoopClock
    private let log: Logger

    /// - Parameter rules: of the jobs in force, by their names.
    package init(
        ledger: Ledger, runner: Runner, settings: DaemonSettings, clock: any LoopClock, log: Logger,
        rules: @escaping @Sendable () async -> [String: HistoryRule]
    ) {
        self.ledger = ledger
        self.runner = runner
        self.settings = settings
        self.rules = rules
        self.clock = clock
        self.log = log
    }

    /// The check after the start, then a pruning now and at each ring.
    package func work(rings: AsyncStream<Void>) async {
        check()
        await tidy()
        for await _ in rings where !Task.isCancelled { await tidy() }
    }

    private func check() {
        do throws(LedgerError) {
            let damages = try ledger.integrityCheck()
            guard let first = damages.first else { return }
            for damage in damages { log.error("the ledger is damaged: \(damage)") }
            log.error("the next start sets the ledger aside and begins a new one; stop the daemon and restore a backup to keep the history")
            try ledger.commit(LedgerChanges(events: [LedgerEvent(at: clock.now(), kind: .ledgerDamaged, detail: first)]))
        } catch {
            log.error("the ledger cannot be checked: \(error)")
        }
    }

    private func tidy() async {
        let rules = await rules()
        do throws(LedgerError) {
            try await prune(by: rules)
        } catch {
            log.error("history cannot be pruned: \(error)")
        }
        forgetFolders()
    }

    private func prune(by rules: [String: HistoryRule]) async throws(LedgerError) {
        var progress = PruneProgress()
        while !progress.isComplete, !Task.isCancelled {
            progress = try ledger.prune(
                rules: rules, standard: settings.history, maximumBytes: settings.ledgerMaximumBytes, now: clock.now(), after: progress)
            // Between two batches the scheduler gets its turn at the ledger.
            await Task.yield()
        }
    }

    /// Folders of runs that the ledger no longer knows.
    private func forgetFolders() {
        do throws(RunnerError) {
            for id in try runner.runs().compactMap(RunID.init) where !Task.isCancelled { forget(id) }
        } catch {
            log.warning("folders of forgotten runs stay: \(error)")
        }
    }

    private func forget(_ id: RunID) {
        do {
            if try ledger.run(id) == nil { try runner.forget(run: id.rawValue) }
        } catch {
            log.warning("the folder of run \(id) stays: \(error)", metadata: .about(id))
        }
    }
}
