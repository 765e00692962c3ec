import FileTree
import FoundationEssentials
import JobKit

/// Full points made of archives alone.
extension BackupRun {
    /// Makes one of the newest point of the set.
    func makeSynthetic(
        _ planner: PointPlanner, in repository: Repository, at now: Date, _ findings: Findings
    ) throws(BackupError) -> Point {
        do throws(BackupError) {
            let plan = try planner.synthetic(at: now, in: repository, stop: stop)
            context.log(.info, "making a full point of point \(plan.origin?.record.point ?? "")")
            return try makePoint(plan, in: repository, planner.group, [], findings)
        } catch {
            guard case .damaged(let damage) = error else { throw error }
            throw Origin.refusal("\(damage)", fix: damage.fix)
        }
    }

    /// Puts a synthetic full point below an increment whose chain would be too long, where the settings ask for that.
    /// - Returns: what is left to be made: an increment, or the full point of the plan where no synthetic one can be made.
    func renewed(
        _ plan: PointPlan, _ planner: PointPlanner, in repository: Repository, at now: Date, _ findings: Findings
    ) throws(BackupError) -> PointPlan {
        guard plan.isRenewal, settings.renewal == .synthetic, settings.chainLength > 1 else { return plan }
        do throws(BackupError) {
            let record = try makeSynthetic(planner, in: repository, at: now, findings).record
            context.log(.info, "a new chain begins with the synthetic full point \(record.point), since \(plan.reason ?? "")")
        } catch {
            guard case .refused(let failure) = error else { throw error }
            context.log(.warning, "\(failure.problem); a full point is made instead")
            return plan
        }
        return try planner.plan(at: now, in: repository)
    }

    /// Looks for what it would be made of, without a lock and before anything is written.
    func origin() throws(BackupError) -> Origin {
        let repository = try Repository(reading: PathBytes(settings.repository), keys: IdentityFile(settings.encryption, in: context))
        guard let group = try repository.existingFolder(of: .data, in: set) else {
            throw .refused(
                JobFailure(
                    "the set \(set) has no point that a synthetic full point could be made of", in: "repository",
                    fix: "run a full backup first, which reads the sources", retry: .cannotHelp))
        }
        return try Origin(in: group, of: repository, stop: stop)
    }

    /// What would be made, in one line.
    func syntheticDryRun() throws(BackupError) -> JobReport {
        let record = try origin().record
        let content = "\(Report.counted(record.files, "file")), \(ByteCount(record.bytes))"
        return JobReport(
            "dry run: a synthetic full point of set \(set) would be made of point \(record.point): \(content); nothing was written",
            outcome: record.warnings == 0 ? .succeeded : .warning,
            numbers: [
                "entries": Double(record.entries), "files": Double(record.files), "bytes": Double(record.bytes),
                "warnings": Double(record.warnings),
            ])
    }
}
