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
        let (record, chain) = try lookup(options).point(try options.onlyWord("a point"))
        let contents = PointContents(record: record, chain: chain)
        guard let destination = options.destination else {
            let printer = PlanPrinter(json: options.json, print: call.print)
            return try InPlaceRestore(
                contents: contents, settings: settings, paths: options.paths, printer: printer, stop: stop, context: context,
                observe: observe
            ).restore()
        }
        return try FolderRestore(contents: contents, selection: PathSelection(options.paths), stop: stop, context: context)
            .restore(to: PathBytes(destination))
    }

    func drill() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .drill, known: ["--from", "--identity", "--kind"])
        let word = options.words.isEmpty ? "latest" : try options.onlyWord("a point")
        return try Drill(settings: settings, lookup: try lookup(options), stop: stop, context: context, now: now, observe: observe)
            .carryOut(word)
    }
}
