import FileTree
import JobKit

/// The verbs that have to do with copies.
extension VerbWork {
    /// Brings the copies up to date without a new point.
    func copy() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .copy, known: ["--json"])
        for name in options.words { _ = try copySettings(name) }
        guard !settings.copies.isEmpty else { throw Self.refused("the job has no copies", fix: "add copies: to its settings") }
        guard !context.dryRun else { return JobReport("dry run: nothing is sent") }
        var findings = Findings(context: context)
        let run = CopyRun(settings: settings, context: context, stop: stop)
        let result = run.bringUpToDate(options.words.isEmpty ? nil : Set(options.words), &findings)
        let sent = "\(Report.counted(result.files, "file")) sent, \(ByteCount(result.bytes))"
        return JobReport(
            findings.first.map { "\(sent); \(Report.counted(findings.warnings, "warning")), the first: \($0)" }
                ?? "the copies are up to date: \(sent)",
            outcome: findings.warnings == 0 ? .succeeded : .warning,
            numbers: ["files": Double(result.files), "bytes": Double(result.bytes), "warnings": Double(findings.warnings)])
    }

    /// Brings a point from a copy into a folder that can be restored from.
    func fetch() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .fetch, known: ["--json", "--kind", "--to"])
        guard let destination = options.destination, PathBytes(destination).isAbsolute, (1...2).contains(options.words.count) else {
            throw VerbOptions.usage(
                "fetch takes the name of a copy, perhaps a point, and a folder by its whole path",
                fix: "write for example: fetch NAME latest --to /path/of/a/new/folder")
        }
        return try fetch(
            options.words.count == 2 ? options.words[1] : "latest", from: try copySettings(options.words[0]), options,
            to: PathBytes(destination))
    }

    /// What a restore from a copy on another machine reads: fetched into a folder beside the one that is restored to, where a restore that was cut off
    /// goes on with it.
    /// - Returns: nil where the repository can be read as it is.
    func fetched(_ options: VerbOptions) throws(BackupError) -> (folder: PathBytes, report: JobReport)? {
        guard let from = options.repository, !from.hasPrefix("/"), var destination = options.destination else { return nil }
        let copy = try copySettings(from)
        if case .folder = copy.place { return nil }
        while destination.count > 1, destination.hasSuffix("/") { destination.removeLast() }
        let folder = PathBytes("\(destination).from-\(from)")
        return (folder, try fetch(try options.onlyWord("a point"), from: copy, options, to: folder))
    }

    private func fetch(
        _ word: String, from copy: CopySettings, _ options: VerbOptions, to folder: PathBytes
    ) throws(BackupError) -> JobReport {
        let target: any CopyTarget
        do throws(CopyError) {
            target = try CopyRun(settings: settings, context: context, stop: stop).target(copy)
        } catch {
            throw Self.refused(error.problem, fix: error.fix)
        }
        let retry = CopyRetry(retries: copy.retries, stop: stop, context: context)
        let fetch = CopyFetch(copy: copy, target: target, retry: retry, context: context, stop: stop)
        return try fetch.fetch(word, set: set, group: group(options), to: folder)
    }

    /// The repository that a reading verb reads: the job's, a copy of it in a folder, or any other one.
    func repository(_ options: VerbOptions) throws(BackupError) -> Repository {
        guard let from = options.repository else { return try Repository(reading: PathBytes(settings.repository), keys: keys(options)) }
        guard !from.hasPrefix("/") else { return try Repository(reading: PathBytes(from), keys: keys(options)) }
        guard case .folder(let path) = try copySettings(from).place else {
            throw Self.refused(
                "the copy \(from) is on another machine",
                fix: "run acore-sched backup fetch \(from) --to DIR, and write --from DIR; restore --to does that by itself")
        }
        return try Repository(reading: PathBytes(path), keys: keys(options))
    }

    private func copySettings(_ name: String) throws(BackupError) -> CopySettings {
        guard let copy = settings.copies.first(where: { $0.name == name }) else {
            let names = settings.copies.map(\.name).joined(separator: ", ")
            throw Self.refused(
                "the job has no copy named \(name)", fix: names.isEmpty ? "add copies: to its settings" : "its copies are \(names)")
        }
        return copy
    }

    private static func refused(_ problem: String, fix: String) -> BackupError {
        .refused(JobFailure(problem, in: "copy", fix: fix, retry: .cannotHelp))
    }
}
