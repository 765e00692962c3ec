package import SchedulerCore

/// A run as it is now, where it was before (nil for a new one), and what it goes by.
package typealias RunObserver = @Sendable (Run, RunState?, JobDefinition) -> Void

extension SchedulerLoop {
    func tellObserver(of actions: SchedulerActions) {
        for run in actions.runs { tellObserver(of: run, from: nil) }
        for move in actions.moves { tellObserver(of: move.run, from: move.from) }
    }

    private func tellObserver(of run: Run, from state: RunState?) {
        guard let definition = scheduler.definition(ofRunsOf: run.job) else { return }
        observe(run, state, definition)
    }
}
