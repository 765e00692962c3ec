import FileTree
import FoundationEssentials
import JobKit

/// Carries out a verb of the kind.
struct VerbWork {
    let settings: BackupSettings
    let set: String
    let call: VerbCall
    let context: JobContext
    let stop: StopFlag

    func answer(_ verb: BackupVerb) throws(BackupError) -> JobReport {
        switch verb {
        case .list: return try list()
        case .show: return try show()
        case .restore: return try restore()
        }
    }

    private func lookup(_ options: VerbOptions) throws(BackupError) -> PointLookup {
        PointLookup(repository: try Repository(reading: PathBytes(settings.repository)), set: set, group: options.group)
    }

    private func list() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .list, known: ["--json", "--kind"])
        let points = try lookup(options).all()
        if options.json {
            for point in points { call.print(String(decoding: try JSONBytes.of(point).dropLast(), as: UTF8.self)) }
        } else {
            for line in PointTable.lines(points.reversed()) { call.print(line) }
        }
        return JobReport("\(points.count) points", numbers: ["points": Double(points.count)])
    }

    private func show() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .show, known: ["--json", "--kind", "--path"])
        let (record, chain) = try lookup(options).point(try options.onlyWord("a point"))
        let selection = PathSelection(options.paths)
        let manifest = try damage { () throws(StoreDamage) in try ManifestReader(record, in: chain) }
        var count = 0
        while let entry = try damage({ () throws(StoreDamage) in try manifest.next() }) {
            try stop.check()
            guard selection.holds(entry.path) else { continue }
            count += 1
            call.print(options.json ? String(decoding: entry.line.dropLast(), as: UTF8.self) : EntryText.line(entry))
        }
        return JobReport("\(count) entries", numbers: ["entries": Double(count)])
    }

    private func restore() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .restore, known: ["--kind", "--path", "--to"])
        guard let destination = options.destination, PathBytes(destination).isAbsolute else {
            throw VerbOptions.usage("restore needs a folder to restore to, by its whole path", fix: "write --to /path/of/a/new/folder")
        }
        let (record, chain) = try lookup(options).point(try options.onlyWord("a point"))
        let restore = FolderRestore(record: record, chain: chain, selection: PathSelection(options.paths), stop: stop, context: context)
        return try restore.restore(to: PathBytes(destination))
    }

    private func damage<Value>(_ body: () throws(StoreDamage) -> Value) throws(BackupError) -> Value {
        do throws(StoreDamage) {
            return try body()
        } catch {
            throw .damaged(error)
        }
    }
}
