import JobKit

/// What a run removes once its point is committed.
extension BackupRun {
    /// Applies the rules; without a good point nothing goes, and what goes wrong is a warning, since the point is stored.
    func retain(
        after record: PointRecord, in group: StoreFolder, of repository: Repository, _ findings: inout Findings
    ) -> PointRemoval.Result {
        guard let rules = settings.keep else { return .init() }
        guard record.outcome == PointRecord.goodOutcome else {
            findings.note("no point is removed, since this one is not good")
            return .init()
        }
        do throws(BackupError) {
            let plan = try Retention(rules: rules, now: now()).plan(for: group, in: repository)
            if let refusal = plan.refusal {
                findings.warn("\(refusal); \(refusal.fix(job: context.job))")
                return .init()
            }
            guard !plan.removed.isEmpty else { return .init() }
            let result = try PointRemoval(
                repository: repository, group: group, name: settings.type.group.folder(of: set), observe: observe
            ).remove(plan.removed)
            for chain in result.busy { findings.note("\(chain) stays for now: somebody reads it") }
            try ChecksumList.refresh(in: repository)
            return result
        } catch {
            findings.warn("the point is stored, but older ones could not be removed: \(error)")
            return .init()
        }
    }

    /// Keeps the point before one that found content changed by itself: it has what was good.
    func pinParent(
        of plan: PointPlan, alarms: Int, in chain: StoreFolder, of repository: Repository, _ findings: inout Findings
    ) {
        guard let parent = plan.parent, alarms > 0 else { return }
        let name = PointFiles(sequence: parent.record.sequence).pin
        do throws(BackupError) {
            guard try Pin.read(name, in: chain) == nil else { return }
            let reason = "\(Report.counted(alarms, "file")) had other content in the next point, with nothing to say that it was changed"
            try Pin(reason: reason, since: plan.started).write(name, in: chain, of: repository)
            findings.note("point \(parent.record.point) is pinned: \(reason)")
        } catch {
            findings.warn("point \(parent.record.point) should be pinned, and could not be: \(error)")
        }
    }
}
