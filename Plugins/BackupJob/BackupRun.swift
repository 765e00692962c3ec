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
        let present = try presentSources(&findings)
        let started = now()
        let repository = try Repository(
            at: PathBytes(settings.repository),
            holder: "acore-sched job \(context.job), pid \(getpid()), since \(started.formatted(.iso8601))",
            now: started)
        observe(.locked)
        let point = try makePoint(in: repository, from: present, started: started, findings)
        observe(.checksumsWritten)
        return Report(set: set, record: point.record, tally: point.tally, findings: point.findings, time: clock.now - begun)
            .report(in: context, folder: point.folder)
    }

    /// A committed point and what there is to tell of it.
    private struct Point {
        let record: PointRecord
        let tally: Tally
        let findings: Findings
        let folder: PathBytes
    }

    private func makePoint(
        in repository: Repository, from sources: [BackupSettings.Source], started: Date, _ findings: Findings
    ) throws(BackupError) -> Point {
        let id = PointID(at: started)
        let data = try repository.dataFolder(of: set)
        let staging = try repository.staging(for: id)
        var sizes: (content: Int64, compressed: Int64) = (0, 0)
        do throws(BackupError) {
            let point = try write(id, in: repository, data, staging, sources, started, findings, &sizes)
            giveBack(in: repository)
            return point
        } catch {
            giveBack(in: repository)
            guard error.isFull else { throw error }
            throw .refused(RoomEstimate(settings: settings, sizes: sizes).failure(in: repository.root))
        }
    }

    private func write(
        _ id: PointID, in repository: Repository, _ data: StoreFolder, _ staging: StoreFolder, _ sources: [BackupSettings.Source],
        _ started: Date, _ findings: Findings, _ sizes: inout (content: Int64, compressed: Int64)
    ) throws(BackupError) -> Point {
        let files = PointFiles(sequence: 0)
        let counter = 1 + (try repository.points(in: data).map(\.record.counter).max() ?? 0)
        let builder = try PointBuilder(
            settings: settings, context: context, stop: stop, staging: staging, files: files, sequence: 0, findings: findings)
        defer { sizes = builder.sizes }
        try store(sources, with: builder, PointHeader(id: id, set: set, counter: counter, started: started), in: repository)
        let ended = now()
        let output = try builder.finish(ended: ended.formatted(.iso8601))
        observe(.archiveFinished)
        let record = PointRecord(
            point: id, chain: id, sequence: 0, set: set, type: settings.type.rawValue, job: context.job, run: context.run, counter: counter,
            started: started, ended: ended, warnings: builder.findings.warnings,
            archive: .init(file: files.archive, size: output.archiveSize, sha256: output.archiveDigest.description),
            manifest: .init(file: files.manifest, size: output.manifestSize, sha256: output.manifestDigest.description),
            tally: builder.tally, options: try PointHeader.optionsDigest(settings))
        let chain = try commit(record, files, from: staging, in: data, repository)
        finish(record, files, in: data, repository, &builder.findings)
        return Point(record: record, tally: builder.tally, findings: builder.findings, folder: chain.path)
    }

    private func store(
        _ sources: [BackupSettings.Source], with builder: PointBuilder, _ header: PointHeader, in repository: Repository
    ) throws(BackupError) {
        let options = try walkOptions(excluding: repository.identity)
        var walks: [(BackupSettings.Source, TreeWalk)] = []
        for source in sources {
            do throws(FileTreeError) {
                walks.append((source, try TreeWalk(root: PathBytes(source.path), options: options)))
            } catch {
                builder.findings.warn("the source \(source.name) is not stored: \(error)")
            }
        }
        try builder.begin(try header.line(settings, walks.map { ($0.0, $0.1.rootIdentity) }))
        for (source, walk) in walks {
            context.log(.info, "storing \(source.name) from \(source.path)")
            try builder.store(source, walk: walk)
            observe(.sourceStored)
        }
    }

    /// Moves the finished files to their places; the record comes last and makes the point one.
    private func commit(
        _ record: PointRecord, _ files: PointFiles, from staging: StoreFolder, in data: StoreFolder, _ repository: Repository
    ) throws(BackupError) -> StoreFolder {
        try stop.check()
        let chainName = "c-\(record.chain)"
        let chain = try data.madeFolder(chainName)
        try staging.move(files.archive, to: chain, as: files.archive)
        observe(.archiveMoved)
        try staging.move(files.manifest, to: chain, as: files.manifest)
        try chain.synchronize()
        observe(.manifestMoved)
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
            try ChecksumList.refresh(in: repository)
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

    /// The sources that exist; none at all is a failure.
    private func presentSources(_ findings: inout Findings) throws(BackupError) -> [BackupSettings.Source] {
        try refuseSourcesInRepository()
        var present: [BackupSettings.Source] = []
        var problems: [String] = []
        for source in settings.sources {
            do throws(FileTreeError) {
                let (parent, name) = try FileTree.locate(PathBytes(source.path))
                _ = try parent.status(of: name)
                present.append(source)
            } catch {
                problems.append("the source \(source.name) is not stored: \(error.at(PathBytes(source.path)))")
            }
        }
        guard !present.isEmpty else {
            throw .refused(
                JobFailure(
                    "there is nothing to store: \(problems.joined(separator: "; "))", in: "sources",
                    fix: "correct the paths below with.sources, or mount what they lie on", retry: .cannotHelp))
        }
        for problem in problems { findings.warn(problem) }
        return present
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
        options.exclude = try Self.rules(settings.exclude)
        options.largerThan = settings.largerThan?.bytes
        options.oneFileSystem = settings.oneFileSystem
        options.excludeCaches = settings.excludeCaches
        if let repository { options.excludedFolders = [repository] }
        return options
    }

    /// Patterns of the settings.
    static func rules(_ patterns: [String]) throws(BackupError) -> ExcludeRules {
        do throws(ExcludeRulesError) {
            return try ExcludeRules(patterns)
        } catch {
            throw .refused(JobFailure("\(error)", in: "settings", fix: "correct that pattern", retry: .cannotHelp))
        }
    }
}
