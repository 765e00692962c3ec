import FileTree
import JobKit

/// The verbs that restore.
extension VerbWork {
    func restore() throws(BackupError) -> JobReport {
        let options = try VerbOptions(
            call.arguments, verb: .restore, known: ["--from", "--identity", "--in-place", "--json", "--kind", "--path", "--purge", "--to"])
        if options.purge {
            guard options.words.isEmpty, !options.inPlace, options.destination == nil, options.paths.isEmpty else {
                throw VerbOptions.usage(
                    "--purge goes alone: it removes what earlier restores in place replaced",
                    fix: "restore first, look at the result, and then write acore-sched backup restore --purge")
            }
            return try ReplacedTrees(settings: settings, context: context, print: call.print).purge()
        }
        guard options.inPlace == (options.destination == nil), options.destination.map({ PathBytes($0).isAbsolute }) ?? true else {
            throw VerbOptions.usage(
                "restore needs to know where to: a folder by its whole path, or where everything was",
                fix: "write --to /path/of/a/new/folder, or --in-place")
        }
        guard let fetched = try fetched(options) else { return try restore(from: try repository(options), options) }
        guard !context.dryRun else { return fetched.report }
        let report = try restore(from: try Repository(reading: fetched.folder, keys: keys(options)), options)
        removeFetched(fetched.folder)
        return report
    }

    private func removeFetched(_ folder: PathBytes) {
        let failure: FileTreeError?
        do throws(FileTreeError) { failure = try FileTree.remove(folder).failures.first } catch { failure = error }
        if let failure { context.log(.warning, "what was fetched of the copy stays in \(folder): \(failure)") }
    }

    private func restore(from repository: Repository, _ options: VerbOptions) throws(BackupError) -> JobReport {
        let lookup = PointLookup(repository: repository, set: set, group: group(options), context: context)
        let word = try options.onlyWord("a point")
        let (record, chain) = try lookup.point(word)
        let report = try restore(PointContents(record: record, chain: chain), of: repository, options)
        let damage = PointLookup.isRelative(word) ? try lookup.damage(after: record) : []
        return Self.doubted(report, damage).lacking(try lookup.damage(before: record))
    }

    /// Where records are damaged it is not certain that the point is the one that was meant.
    private static func doubted(_ report: JobReport, _ damage: [RecordDamage]) -> JobReport {
        guard let first = damage.first else { return report }
        return JobReport(
            "\(report.summary); there may be a newer point than this one: \(first.problem)", outcome: .warning, numbers: report.numbers)
    }

    private func restore(
        _ contents: PointContents, of repository: Repository, _ options: VerbOptions
    ) throws(BackupError) -> JobReport {
        try contents.require(options.paths)
        guard let destination = options.destination else {
            let printer = PlanPrinter(json: options.json, print: call.print)
            return try InPlaceRestore(
                contents: contents, settings: settings, paths: options.paths, printer: printer, stop: stop, context: context,
                observe: observe
            ).restore()
        }
        let warning = try RestorePlace(PathBytes(destination)).check(repository, settings)
        let report = try FolderRestore(contents: contents, selection: PathSelection(options.paths), stop: stop, context: context)
            .restore(to: PathBytes(destination))
        guard let warning else { return report }
        return JobReport("\(report.summary); \(warning)", outcome: .warning, numbers: report.numbers)
    }

    func drill() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .drill, known: ["--from", "--identity", "--json", "--kind"])
        let word = options.words.isEmpty ? "latest" : try options.onlyWord("a point")
        return try Drill(settings: settings, lookup: try lookup(options), stop: stop, context: context, now: now, observe: observe)
            .carryOut(word)
    }
}
