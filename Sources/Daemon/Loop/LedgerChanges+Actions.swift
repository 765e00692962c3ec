package import Ledger
package import SchedulerCore

extension LedgerChanges {
    /// The rows that a pass of the scheduler asks for.
    package init(_ actions: SchedulerActions) {
        self.init(
            runs: actions.runs, moves: actions.moves.map { ($0.run, $0.from) }, occurrences: actions.occurrences,
            lapses: actions.lapses, cursors: actions.cursors, clock: actions.clock, events: actions.events.map(LedgerEvent.init),
            attempts: actions.attempts.map(RunAttempt.init), alerts: actions.alerts)
    }
}

extension RunAttempt {
    fileprivate init(_ record: SchedulerActions.AttemptRecord) {
        self.init(run: record.run, number: record.attempt, startedAt: record.startedAt ?? record.endedAt)
        endedAt = record.endedAt
        state = record.state
        ending = record.ending
    }
}

extension LedgerEvent {
    fileprivate init(_ event: SchedulerActions.Event) {
        let kind: Kind =
            switch event.kind {
            case .started: .started
            case .stopped: .stopped
            case .clockForward: .clockStep
            case .clockBack: .eraChange
            case .ledgerCreated: .ledgerCreated
            case .ledgerSetAside: .ledgerSetAside
            case .scheduleFailed: .scheduleFailed
            case .jobAdded: .jobAdded
            case .jobChanged: .jobChanged
            case .jobRemoved: .jobRemoved
            }
        self.init(at: event.at, kind: kind, job: event.job, detail: event.detail)
    }
}
