import CronSchedule

/// What becomes of results for which there is no room.
extension AlertBook {
    /// Says of a job whether results of a run were left out: nobody is to believe that what raises no alert is well.
    mutating func report(
        _ unfollowed: ArraySlice<UnfollowedFinding>, by end: AttemptEnd, of run: Run, _ world: AlertSurroundings,
        _ changes: inout AlertChanges
    ) {
        let key = AlertKey(crowded: run.job)
        guard let bound = unfollowed.first?.bound else {
            // One that broke off, or was asked for by hand, may have reported less than others do.
            guard alerts[key] != nil, end.result != nil, run.trigger != .manual else { return }
            return take(AlertFinding(.ok, at: world.now, summary: "each check of \(run.job) is followed"), of: key, world, &changes)
        }
        let count = unfollowed.count
        let results = count == 1 ? "1 result of its last run raises no alert" : "\(count) results of its last run raise no alert"
        let (why, fix) = words(about: run.job, bound)
        let finding = AlertFinding(
            .critical, at: world.now, summary: "\(run.job): \(results): \(why), which is the most", details: "fix: \(fix)", run: run.id)
        take(finding, of: key, world, &changes)
    }

    private func words(about job: String, _ bound: UnfollowedFinding.Bound) -> (why: String, fix: String) {
        switch bound {
        case .job:
            return (
                "\(Self.boundPerJob) of its checks have one, or had one lately",
                "let \(job) report fewer checks, for example by fewer targets, or divide it into several jobs"
            )
        case .all:
            let most = room.largest.map { ", \($0.checks) of them of \($0.job)" } ?? ""
            return (
                "\(Self.bound) checks of all jobs have one, or had one lately\(most)",
                "let the jobs with the most report fewer checks, or disable them; see acore-sched alerts list --all"
            )
        }
    }
}
