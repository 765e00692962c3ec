extension Scheduler {
    /// Jobs in force.
    package var jobCount: Int { entries.count }

    /// Runs that may have a process.
    package var liveCount: Int { RunState.allCases.filter(\.isLive).reduce(0) { $0 + runs.count(in: $1) } }

    /// Runs that wait for their turn.
    package var queuedCount: Int { runs.count(in: .due) }
}
