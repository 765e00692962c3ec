import SchedulerCore

extension SchedulerLoop {
    /// A whole pass, and a row that is on the disk afterwards: what is due now would start.
    package func beat() throws(DaemonError) {
        pass()
        var actions = SchedulerActions()
        actions.clock = scheduler.clock
        actions.clock?.lastSeen = clock.now()
        guard !isStuck, write(actions) else {
            throw DaemonError(
                "the ledger takes no rows: nothing starts until it does", fix: "see the daemon's log; make room, or correct rights")
        }
    }
}
