import FileTree
import FoundationEssentials
import Glibc
import JobKit
import SQLiteFiles

/// Restores sources, or parts of them, to where they were: everything is made and checked beside its place first, then swapped as one.
struct InPlaceRestore {
    let contents: PointContents
    let settings: BackupSettings
    /// As the caller named them; none for everything.
    let paths: [String]
    /// Takes each path of the plan; nil for a plan that is only counted.
    let printer: PlanPrinter
    let stop: StopFlag
    let context: JobContext
    let observe: @Sendable (RestoreStep) -> Void

    var service: ServiceHooks { ServiceHooks(settings: settings.restoring, context: context) }
    private var record: PointRecord { contents.record }

    /// One target, with what is going to be made of it.
    private typealias Planned = (target: RestoreTarget, companions: [String], plan: RestorePlan, counts: TreeComparison.Counts)

    func restore() throws(BackupError) -> JobReport {
        try endKilledOnes()
        var workspaces = Workspaces(changes: !context.dryRun)
        let targets = try targets(&workspaces)
        let planned = try targets.map { target throws(BackupError) in try plan(target, beside: targets) }
        if context.dryRun { return report(planned, nil) }
        let staged = try stage(planned)
        do throws(BackupError) {
            let transaction = SwapTransaction(
                point: record.point, staged: staged, workspaces: workspaces, service: service, stop: stop, context: context,
                observe: observe)
            try transaction.carryOut()
            for one in staged { one.folder.remove(context) }
            return report(planned, staged)
        } catch {
            for one in staged { one.folder.remove(context) }
            throw error
        }
    }

    /// Other trees may lie there afterwards: everything is looked for anew.
    private func endKilledOnes() throws(BackupError) {
        var workspaces = Workspaces(changes: !context.dryRun)
        _ = try targets(&workspaces)
        _ = try SwapRecovery(context: context, service: service).end(&workspaces)
    }

    private func targets(_ workspaces: inout Workspaces) throws(BackupError) -> [RestoreTarget] {
        let finder = TargetFinder(settings: settings, point: record.point, sources: try contents.manifest().header.sources)
        let prefixes: [PathBytes]
        if paths.isEmpty {
            prefixes = try contents.plan(PathSelection([PathBytes]())).sources
        } else {
            let named = try contents.paths(meantBy: paths)
            prefixes = named + (try contents.plainCompanions(of: named))
        }
        return try finder.targets(prefixes, &workspaces)
    }

    private func plan(_ target: RestoreTarget, beside targets: [RestoreTarget]) throws(BackupError) -> Planned {
        let plan = try contents.plan(PathSelection([target.prefix]))
        guard plan.holdsRoot else {
            throw .refused(
                JobFailure(
                    "point \(record.point) does not hold \(target.prefix) itself", in: "restore",
                    fix: "choose another point, or restore what it has of it with --to", retry: .cannotHelp))
        }
        guard geteuid() == 0 || plan.foreign == 0 else {
            throw .refused(
                JobFailure(
                    "\(Report.counted(plan.foreign, "entry", many: "entries")) of \(target.prefix) belong to others than the user of this process, and only root can give them "
                        + "back", in: "restore", fix: "run it as root with --local, or restore with --to and move things over",
                    retry: .cannotHelp))
        }
        let comparison = TreeComparison(
            prefix: target.prefix, comparesOwners: geteuid() == 0, comparesAttributes: true, excluded: ours(), stop: stop,
            tell: printer.take)
        var counts = try comparison.compare(target.status == nil ? nil : target.name, in: target.parent, with: try contents.manifest())
        if let obstacle = counts.obstacles.first { throw refusal(obstacle, target) }
        let companions = plan.holdsDatabase ? companions(of: target, beside: targets) : []
        for name in try target.present(companions) {
            counts.count(.extra)
            printer.take(.extra, name, nil)
        }
        return (target, companions, plan, counts)
    }

    /// Endings of what lies beside a database and is not restored itself.
    private func companions(of target: RestoreTarget, beside targets: [RestoreTarget]) -> [String] {
        SQLiteFile.companionSuffixes.filter { suffix in !targets.contains { $0.prefix == target.prefix.with(suffix) } }
    }

    /// The repository and our own state: they would be carried away, and used on.
    private func ours() -> Set<FileIdentity> {
        var found: Set<FileIdentity> = []
        for path in [settings.repository, context.stateDirectory] {
            let folder = Result { () throws(FileTreeError) in try HeldDescriptor.folder(at: PathBytes(path)).status().identity }
            if case .success(let identity) = folder { found.insert(identity) }
        }
        return found
    }

    private func refusal(_ obstacle: TreeComparison.Obstacle, _ target: RestoreTarget) -> BackupError {
        .refused(
            JobFailure(
                "\(target.path.appending(obstacle.path)) \(obstacle.isMount ? "is mounted" : "belongs to the backups themselves") "
                    + "inside of \(target.path), and would be carried away by the swap", in: "restore",
                fix: "name parts beside it with --path, or restore with --to and move things over", retry: .cannotHelp))
    }

    private func stage(_ planned: [Planned]) throws(BackupError) -> [StagedTree] {
        var staged: [StagedTree] = []
        do throws(BackupError) {
            for (target, companions, plan, _) in planned {
                staged.append(try StagedTree(target, companions, contents, plan, stop: stop, context: context))
                observe(.staged)
            }
            try stop.check()
            return staged
        } catch {
            for one in staged { one.folder.remove(context) }
            throw error
        }
    }

    private func report(_ planned: [Planned], _ staged: [StagedTree]?) -> JobReport {
        var numbers: [String: Double] = [:]
        for word in TreeComparison.Word.allCases {
            numbers[word.rawValue] = Double(planned.reduce(0) { $0 + $1.counts[word] })
        }
        let entries = planned.reduce(0) { $0 + $1.plan.entries }
        let bytes = planned.reduce(0) { $0 + $1.plan.bytes }
        let doubtful = (staged ?? []).reduce(0) { $0 + $1.result.doubtful }
        numbers.merge(["entries": Double(entries), "bytes": Double(bytes), "doubtful": Double(doubtful)]) { $1 }
        let places = planned.map { "\($0.target.prefix) to \($0.target.path)" }.joined(separator: ", ")
        let words = TreeComparison.Word.allCases.map { "\(Int(numbers[$0.rawValue] ?? 0)) \($0.meaning)" }.joined(separator: ", ")
        var line =
            staged == nil ? "dry run: point \(record.point) would be restored in place: " : "restored point \(record.point) in place: "
        line += "\(places); \(words)"
        let kept = (staged ?? []).flatMap(\.keptPaths)
        if !kept.isEmpty {
            line +=
                "; what was there is kept as \(kept.map(\.description).joined(separator: ", ")) until acore-sched backup restore --purge"
        }
        if doubtful > 0 { line += "; \(doubtful) missing, or not as they were: see the log" }
        return JobReport(line, outcome: doubtful == 0 ? .succeeded : .warning, numbers: numbers)
    }
}

extension TreeComparison.Word {
    /// For summaries.
    var meaning: String {
        switch self {
        case .created: "created"
        case .replaced: "replaced"
        case .same: "already the same"
        case .extra: "extra, which the point does not have"
        }
    }
}
