package import CronSchedule
package import SchedulerCore

/// Starts and stops the processes of runs; the seam at which tests put processes that exist only in memory.
package protocol RunEngine: Sendable {
    /// Told which jobs are likely to start next, all at one moment; what their runs need beside a decision can be made before it.
    func expect(_ jobs: Set<String>, at moment: Instant)
    /// Starts the attempt that `run` is at.
    /// - Parameter ended: called once, from any task, when the attempt has ended.
    /// - Returns: when its launcher was started.
    func start(_ run: Run, of definition: JobDefinition, ended: @escaping @Sendable (AttemptEnd) -> Void) throws(DaemonError) -> Instant
    /// Carries out `count` calls of ``start(_:of:ended:)``; ends of these runs may be told only after the last of them.
    func startBatch(of count: Int, _ starts: () -> Void)
    /// Asks the processes of a run to stop; its end comes through `ended`.
    func stop(_ run: RunID) throws(DaemonError)
    /// What became of a run that the ledger holds as live, after the daemon was away.
    func recover(_ run: Run, ended: @escaping @Sendable (AttemptEnd) -> Void) async throws(DaemonError) -> Recovered
    /// Removes what a run needs no longer: temporary folder, secrets, cgroups.
    func finish(_ run: RunID) throws(DaemonError)
}

/// What the daemon finds of a run after it was away.
package enum Recovered: Sendable {
    /// It goes on and is watched again.
    case live(startedAt: Instant)
    /// It ended meanwhile, or its launcher vanished.
    case ended(AttemptEnd)
    /// No launcher ever ran.
    case neverStarted
}
