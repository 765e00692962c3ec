package import SchedulerCore

/// What one transaction writes: all of it, or nothing.
package struct LedgerChanges: Sendable {
    /// New runs.
    package var runs: [Run]
    /// Runs that change, each with the state it must be in before.
    package var moves: [(run: Run, from: RunState)]
    /// New rows, and final accounts of slots that wait.
    package var occurrences: [Occurrence]
    /// Corrections of slots whose runs ended without a start.
    package var lapses: [LapsedClaim]
    /// Cursors as they are from now on.
    package var cursors: [JobCursor]
    package var clock: ClockRecord?
    package var events: [LedgerEvent]
    /// Attempts as they are from now on; their runs exist, or are among ``runs``.
    package var attempts: [RunAttempt]
    /// What follows for alerts, with the notices that tell of it.
    package var alerts: AlertChanges

    package init(
        runs: [Run] = [], moves: [(run: Run, from: RunState)] = [], occurrences: [Occurrence] = [],
        lapses: [LapsedClaim] = [], cursors: [JobCursor] = [], clock: ClockRecord? = nil, events: [LedgerEvent] = [],
        attempts: [RunAttempt] = [], alerts: AlertChanges = AlertChanges()
    ) {
        self.runs = runs
        self.moves = moves
        self.occurrences = occurrences
        self.lapses = lapses
        self.cursors = cursors
        self.clock = clock
        self.events = events
        self.attempts = attempts
        self.alerts = alerts
    }

    /// Whether there is nothing to write.
    package var isEmpty: Bool {
        runs.isEmpty && moves.isEmpty && occurrences.isEmpty && lapses.isEmpty && cursors.isEmpty && clock == nil && events.isEmpty
            && attempts.isEmpty && alerts.isEmpty
    }
}
