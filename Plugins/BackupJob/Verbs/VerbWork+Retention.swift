import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// The verbs that decide which points stay.
extension VerbWork {
    func prune() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .prune, known: ["--force", "--json", "--kind"])
        guard let rules = settings.keep else {
            throw VerbOptions.usage(
                "the job \(context.job) has no with.keep, so nothing is ever removed", fix: "add for example keep: {last: 30, days: 30}")
        }
        let retention = Retention(rules: rules, now: now(), isForced: options.isForced)
        let repository = try context.dryRun ? Repository(reading: PathBytes(settings.repository), keys: nil) : lockedRepository()
        let kind = settings.type.group
        if let given = options.givenGroup, given != kind {
            throw VerbOptions.usage(
                "the rules of \(context.job) are for its \(kind.rawValue) points",
                fix: "name the job that makes \(given.rawValue) points with --job")
        }
        guard let group = try repository.existingFolder(of: kind, in: set) else {
            return JobReport("the set \(set) has no \(kind.rawValue) point")
        }
        let plan = try retention.plan(for: group, in: repository)
        for line in try options.json ? RetentionText.json(plan) : RetentionText.table(plan) { call.print(line) }
        if let refusal = plan.refusal {
            let fix = refusal.fix(job: context.job)
            guard !context.dryRun else { return JobReport("dry run: \(refusal); \(fix)", outcome: .warning) }
            throw .refused(JobFailure("\(refusal)", in: "retention", fix: fix, retry: .cannotHelp))
        }
        return try context.dryRun ? report(plan) : remove(plan, from: group, kind.folder(of: set), in: repository)
    }

    private func report(_ plan: RetentionPlan) -> JobReport {
        let (kept, removed) = (plan.decisions.count - plan.removed.count, plan.removed.count)
        return JobReport(
            "dry run: \(Report.counted(removed, "point")) would be removed, \(kept) kept",
            numbers: ["kept_points": Double(kept), "removed_points": Double(removed)])
    }

    private func remove(
        _ plan: RetentionPlan, from group: StoreFolder, _ name: String, in repository: Repository
    ) throws(BackupError) -> JobReport {
        let result = try PointRemoval(repository: repository, group: group, name: name, observe: { _ in }).remove(plan.removed)
        try ChecksumList.refresh(in: repository)
        let kept = plan.decisions.count - result.points
        var line = "\(Report.counted(result.points, "point")) removed, \(ByteCount(result.bytes)), and \(kept) kept"
        if !result.busy.isEmpty { line += "; \(result.busy.joined(separator: ", ")) stay for now: somebody reads them" }
        return JobReport(
            line, outcome: result.busy.isEmpty ? .succeeded : .warning,
            numbers: ["kept_points": Double(kept), "removed_points": Double(result.points), "freed_bytes": Double(result.bytes)])
    }

    /// Pins a point, or takes its pin away.
    func mark(_ verb: BackupVerb) throws(BackupError) -> JobReport {
        let known: Set = ["--json", "--kind"]
        let options = try VerbOptions(call.arguments, verb: verb, known: verb == .pin ? known.union(["--reason"]) : known)
        let repository = try lockedRepository()
        let lookup = PointLookup(repository: repository, set: set, group: group(options), context: context)
        let (record, chain) = try lookup.point(try options.onlyWord("a point"))
        let name = PointFiles(sequence: record.sequence).pin
        let isPinned = try Pin.read(name, in: chain) != nil
        if verb == .pin {
            try Pin(reason: options.reason, since: now()).write(name, in: chain, of: repository)
            try RemovedPoints.forget([record.point], in: repository)
            return JobReport("point \(record.point) is pinned: no rule removes it")
        }
        guard isPinned else { return JobReport("point \(record.point) was not pinned") }
        try chain.remove(name)
        try chain.synchronize()
        return JobReport("point \(record.point) is not pinned any more")
    }

    private func lockedRepository() throws(BackupError) -> Repository {
        try RepositoryOwner.check(settings.repository, for: call.verb)
        let started = now()
        return try Repository(
            at: PathBytes(settings.repository),
            holder: "acore-sched backup \(call.verb) of \(context.job), pid \(getpid()), since \(started.formatted(.iso8601))",
            now: started, keys: nil)
    }
}
