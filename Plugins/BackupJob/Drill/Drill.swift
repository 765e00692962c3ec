import FileTree
import FoundationEssentials
import JobKit

/// Restores a point to a scratch folder and looks whether it is worth something: every byte, every database, and what the user's own
/// probe says. Writes nothing to the repository.
struct Drill {
    let settings: BackupSettings
    let lookup: PointLookup
    let stop: StopFlag
    let context: JobContext
    let now: @Sendable () -> Date
    let observe: @Sendable (RestoreStep) -> Void

    /// - Parameter word: which point.
    func carryOut(_ word: String) throws(BackupError) -> JobReport {
        let (record, chain) = try lookup.point(word)
        if PointLookup.isRelative(word), let damage = try lookup.damage(after: record).first {
            throw .refused(
                JobFailure(
                    "which point is meant by \(word) is not certain: \(damage.problem)", in: "drill",
                    fix: "restore that file from another copy of the repository, or drill a point by its id", retry: .cannotHelp))
        }
        let behind = try lookup.damage(before: record)
        let contents = PointContents(record: record, chain: chain)
        let plan = try contents.plan(PathSelection([PathBytes]()))
        let scratch = try DrillScratch(settings: settings, context: context).find(for: plan)
        if context.dryRun {
            return JobReport(
                "dry run: point \(record.point) with \(Report.counted(plan.files, "file")) and \(ByteCount(plan.bytes)) would be restored in \(scratch.path)",
                numbers: ["files": Double(plan.files), "bytes": Double(plan.bytes)]
            ).lacking(behind)
        }
        let staging = try StagingFolder(in: scratch.folder, context: context)
        let result = Result { () throws(BackupError) in
            try drill(contents, plan, in: staging, at: scratch.path.appending(PathBytes(staging.name)))
        }
        // A drill that fails says why; what it could not remove is in the log then.
        let left = scratch.left + [staging.remove(context)].compactMap { $0 }
        return try result.get().lacking(behind).naming(left.map { $0.at(scratch.path.appending($0.path)) })
    }

    private func drill(
        _ contents: PointContents, _ plan: RestorePlan, in staging: StagingFolder, at path: PathBytes
    ) throws(BackupError) -> JobReport {
        let clock = ContinuousClock()
        let begun = clock.now
        let restored = try staging.fill(from: contents, plan, stop: stop, context: context)
        let seconds = (clock.now - begun) / .seconds(1)
        observe(.staged)
        let check = DrillCheck(staging.held, at: path, stop: stop, context: context)
        try check.compare(contents, plan, isExact: restored.doubtful == 0)
        let result = DrillResult(
            record: contents.record, restored: restored, seconds: seconds, age: now().timeIntervalSince(contents.record.started))
        result.emit(check, in: context)
        try stop.check()
        if let first = check.first { throw .refused(result.failure(check, first)) }
        if let problem = probe(in: path, contents.record) {
            throw .refused(
                JobFailure(
                    "point \(contents.record.point) was restored whole, but \(problem)", in: "drill",
                    fix: "run the probe by hand on a restored point: acore-sched backup restore \(contents.record.point) --to DIR",
                    retry: .cannotHelp))
        }
        return result.report(check)
    }

    private func probe(in path: PathBytes, _ record: PointRecord) -> String? {
        guard !settings.restoring.probe.isEmpty else { return nil }
        let program = HookProgram(setting: "probe", arguments: settings.restoring.probe, limit: settings.restoring.limit, context: context)
        guard let folder = path.utf8 else { return "the scratch folder \(path) is not UTF-8" }
        return program.run(in: folder, variables: ["ACORE_RESTORED": folder, "ACORE_POINT": record.point], stop: stop)
    }
}

extension JobReport {
    /// The same drill, with what it could not remove: each would be another whole copy of the point, in the clear.
    fileprivate func naming(_ left: [FileTreeError]) -> JobReport {
        guard let first = left.first else { return self }
        let more = left.count > 1 ? ", and \(left.count - 1) more; see the log" : ""
        return JobReport(
            "\(summary); and what was restored to look at it is not all gone: \(first)\(more)", outcome: .warning, numbers: numbers)
    }
}
