import Archive
import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// One run: opens repository and sources, writes a point and commits it.
struct BackupRun {
    let settings: BackupSettings
    let context: JobContext
    let stop: StopFlag
    let now: @Sendable () -> Date
    /// Told of each step right after it is done.
    let observe: @Sendable (WriteStep) -> Void

    /// The set that points belong to.
    var set: String { settings.set ?? BackupSettings.setName(from: context.job) }

    /// Makes a point.
    func run() throws(BackupError) -> JobReport {
        let clock = ContinuousClock()
        let begun = clock.now
        var findings = Findings(context: context)
        if settings.type == .synthetic { _ = try origin() }
        let sources = settings.type == .synthetic ? [] : try sourcesToStore()
        if settings.type != .synthetic {
            for warning in UnfinishedRestores.warnings(about: settings.sources) { findings.warn(warning) }
        }
        let started = now()
        let point = try makePoint(from: sources, started: started, findings)
        var all = point.findings
        CopyRun(settings: settings, context: context, stop: stop).bringUpToDate(nil, &all)
        return Report(
            set: set, record: point.record, tally: point.tally, findings: all, removal: point.removal, time: clock.now - begun
        ).report(in: context, folder: point.folder)
    }

    /// All that is done under the repository's lock.
    private func makePoint(from sources: [CheckedSource], started: Date, _ findings: Findings) throws(BackupError) -> Point {
        let repository = try Repository(
            at: PathBytes(settings.repository),
            holder: "acore-sched job \(context.job), pid \(getpid()), since \(started.formatted(.iso8601))",
            now: started, keys: IdentityFile(settings.encryption, in: context))
        observe(.locked)
        return try makePoint(in: repository, from: sources, started: started, findings)
    }

    /// A committed point and what there is to tell of it.
    struct Point {
        let record: PointRecord
        let tally: Tally
        let findings: Findings
        let removal: PointRemoval.Result
        let folder: PathBytes
    }

    /// A source, and why it cannot be stored.
    typealias CheckedSource = (source: BackupSettings.Source, problem: FileTreeError?)

    private func makePoint(
        in repository: Repository, from sources: [CheckedSource], started: Date, _ findings: Findings
    ) throws(BackupError) -> Point {
        let group = try repository.folder(of: settings.type.group, in: set)
        let planner = PointPlanner(settings: settings, context: context, group: group)
        if settings.type == .synthetic { return try makeSynthetic(planner, in: repository, at: started, findings) }
        do throws(BackupError) {
            let plan = try renewed(try planner.plan(at: started, in: repository), planner, in: repository, at: started, findings)
            return try makePoint(plan, in: repository, group, sources, findings)
        } catch {
            guard case .parent(let damage) = error else { throw error }
            let full = try planner.full(at: started, because: damage, in: repository)
            return try makePoint(full, in: repository, group, sources, findings)
        }
    }

    func makePoint(
        _ plan: PointPlan, in repository: Repository, _ group: StoreFolder, _ sources: [CheckedSource], _ findings: Findings
    ) throws(BackupError) -> Point {
        let staging = try repository.staging(for: plan.id)
        var sizes: (content: Int64, compressed: Int64) = (0, 0)
        do throws(BackupError) {
            let point = try write(plan, in: repository, group, staging, sources, findings, &sizes)
            giveBack(in: repository)
            return point
        } catch {
            giveBack(in: repository)
            guard error.isFull else { throw error }
            throw .refused(RoomEstimate(settings: settings, origin: plan.origin?.record, sizes: sizes).failure(in: repository.root))
        }
    }

    private func write(
        _ plan: PointPlan, in repository: Repository, _ group: StoreFolder, _ staging: StoreFolder, _ sources: [CheckedSource],
        _ findings: Findings, _ sizes: inout (content: Int64, compressed: Int64)
    ) throws(BackupError) -> Point {
        let builder = try PointBuilder(
            settings: settings, context: context, stop: stop, staging: staging, plan: plan, findings: findings)
        defer {
            builder.settle()
            sizes = builder.sizes
        }
        builder.meter.newest = if let parent = plan.parent { parent.record } else { try newestPoint(in: group, of: repository) }
        let header = PointHeader(plan: plan, set: set)
        if let origin = plan.origin {
            try builder.begin(try header.line(settings, origin.sources))
            try builder.store(origin)
            observe(.sourceStored)
        } else {
            try store(sources, with: builder, header, in: repository)
        }
        let files = try finish(builder, plan)
        builder.meter.end(builder.tally)
        observe(.archiveFinished)
        let listings = ListingCache(root: repository.root, set: set)
        let record = PointRecord(
            plan, set: set, context: context, ended: now(), files: files, tally: builder.tally, warnings: builder.findings.warnings,
            options: try header.options(settings))
        let chain = try commit(record, plan.files, from: staging, in: group, listings)
        finish(record, plan.files, in: group, repository, &builder.findings)
        pinParent(of: plan, alarms: builder.tally.alarms, in: chain, of: repository, &builder.findings)
        let removal = retain(after: record, in: group, of: repository, &builder.findings)
        return Point(record: record, tally: builder.tally, findings: builder.findings, removal: removal, folder: chain.path)
    }

    /// What shows about how much there is to store.
    private func newestPoint(in group: StoreFolder, of repository: Repository) throws(BackupError) -> PointRecord? {
        try repository.points(in: group).map(\.record).max { $0.counter < $1.counter }
    }

    /// Ends the archive; where nothing has changed there is none, and the parent's listing is the point's, too.
    private func finish(_ builder: PointBuilder, _ plan: PointPlan) throws(BackupError) -> PointRecord.Files {
        try builder.finishIncrement()
        if let parent = plan.parent, parent.record.warnings == 0, builder.members == 0, builder.findings.warnings == 0 {
            return (nil, parent.record.manifest, parent.record.encryption)
        }
        return try builder.finish(ended: now().formatted(.iso8601))
    }

    private func store(
        _ sources: [CheckedSource], with builder: PointBuilder, _ header: PointHeader, in repository: Repository
    ) throws(BackupError) {
        let options = try walkOptions(excluding: repository.identity)
        let walks = sources.map { source, problem in
            let walk: Result<TreeWalk, FileTreeError> =
                if let problem { .failure(problem) } else {
                    Result { () throws(FileTreeError) in try TreeWalk(root: PathBytes(source.path), options: options) }
                }
            return (source: source, walk: walk)
        }
        let identities = walks.compactMap { source, walk in
            if case .success(let walk) = walk { (source, walk.rootIdentity) } else { nil }
        }
        try builder.begin(try header.line(settings, identities))
        for (source, walk) in walks {
            switch walk {
            case .failure(let error):
                builder.findings.warn("the source \(source.name) is not stored: \(error)")
                try builder.loseSource(source.name, code: error.code)
            case .success(let walk):
                context.log(.info, "storing \(source.name) from \(source.path)")
                // An increment reads few of the files that it looks at, and a rate is not to be passed by.
                let reads = builder.increment == nil && settings.readRate == nil
                let ahead = reads ? ReadAhead(root: PathBytes(source.path), options: options) : nil
                defer { ahead?.end() }
                try builder.store(source, walk: walk, ahead: ahead)
                observe(.sourceStored)
            }
        }
    }

    /// Moves the finished files to their places; the record comes last and makes the point one.
    private func commit(
        _ record: PointRecord, _ files: PointFiles, from staging: StoreFolder, in group: StoreFolder, _ listings: ListingCache
    ) throws(BackupError) -> StoreFolder {
        try stop.check()
        let chain = try group.madeFolder("c-\(record.chain)")
        if record.archive != nil {
            try staging.move(files.archive, to: chain, as: files.archive)
            observe(.archiveMoved)
            try staging.move(files.manifest, to: chain, as: files.manifest)
            try chain.synchronize()
            try listings.keep(record.encryption?.listing, from: staging)
            observe(.manifestMoved)
        }
        try staging.newFile(files.record, content: try JSONBytes.of(record))
        try staging.move(files.record, to: chain, as: files.record)
        try chain.synchronize()
        observe(.committed)
        return chain
    }

    /// What follows the commit: when it fails the point still is one, and the next run makes up for it.
    private func finish(
        _ record: PointRecord, _ files: PointFiles, in data: StoreFolder, _ repository: Repository, _ findings: inout Findings
    ) {
        do throws(BackupError) {
            try repository.setLatest(of: data, to: "c-\(record.chain)/\(files.record)")
            observe(.latestSet)
            let path = "\(settings.type.group.folder(of: set))/c-\(record.chain)/\(files.record)"
            for complaint in try ChecksumList.refresh(in: repository, committed: path) { context.log(.warning, complaint) }
            if settings.type.group == .data { try ListingCache(root: repository.root, set: set).tidy(keeping: record.encryption?.listing) }
            observe(.checksumsWritten)
        } catch {
            findings.warn("the point is stored, but latest or checksums still show the state before it, until the next run: \(error)")
        }
    }

    /// Removes what is unfinished; after a failure that is all that was written.
    private func giveBack(in repository: Repository) {
        do throws(BackupError) {
            try repository.clean()
        } catch {
            context.log(.warning, "what is unfinished in \(repository.root.path) could not be removed, the next run tries again: \(error)")
        }
    }

    /// The sources, with those that do not exist; none at all is a failure.
    private func sourcesToStore() throws(BackupError) -> [CheckedSource] {
        try refuseSourcesInRepository()
        var checked: [CheckedSource] = []
        for source in settings.sources {
            let path = PathBytes(source.path)
            do throws(FileTreeError) {
                let (parent, name) = try FileTree.locate(path)
                _ = try parent.status(of: name)
                checked.append((source, nil))
            } catch {
                checked.append((source, error.at(path)))
            }
        }
        guard checked.contains(where: { $0.problem == nil }) else {
            let problems = checked.compactMap { source, problem in problem.map { "the source \(source.name) is not stored: \($0)" } }
            throw .refused(
                JobFailure(
                    "there is nothing to store: \(problems.joined(separator: "; "))", in: "sources",
                    fix: "correct the paths below with.sources, or mount what they lie on", retry: .cannotHelp))
        }
        return checked
    }

    private func refuseSourcesInRepository() throws(BackupError) {
        guard
            case .success(let repository) = Result(catching: { () throws(FileTreeError) in
                try FileTree.resolve(PathBytes(settings.repository))
            })
        else { return }
        for source in settings.sources {
            let resolved = Result { () throws(FileTreeError) in try FileTree.resolve(PathBytes(source.path)) }
            guard case .success(let path) = resolved, path.components.starts(with: repository.components) else { continue }
            throw .refused(
                JobFailure(
                    "the source \(source.name) (\(source.path)) lies in the repository \(settings.repository)", in: "sources",
                    fix: "name a folder outside of the repository", retry: .cannotHelp))
        }
    }

    /// What the walks leave out.
    func walkOptions(excluding repository: FileIdentity?) throws(BackupError) -> WalkOptions {
        var options = WalkOptions()
        // What a restore made or kept inside of a source is no part of it.
        options.leavesOut = OwnNames.hold
        options.exclude = try Self.rules(settings.exclude)
        options.largerThan = settings.largerThan?.bytes
        options.oneFileSystem = settings.oneFileSystem
        options.excludeCaches = settings.excludeCaches
        if let repository { options.excludedFolders = [repository] }
        return options
    }

    /// Patterns of the settings.
    static func rules(_ patterns: [String]) throws(BackupError) -> ExcludeRules { try rules(patterns.map { PathBytes($0) }) }

    /// As above, for patterns that need not be text.
    static func rules(_ patterns: [PathBytes]) throws(BackupError) -> ExcludeRules {
        do throws(ExcludeRulesError) {
            return try ExcludeRules(patterns)
        } catch {
            throw .refused(JobFailure("\(error)", in: "settings", fix: "correct that pattern", retry: .cannotHelp))
        }
    }
}
