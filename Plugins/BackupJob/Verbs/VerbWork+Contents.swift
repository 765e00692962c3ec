import Archive
import FileTree
import FoundationEssentials
import JobKit

/// The verbs that look into points.
extension VerbWork {
    func diff() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .diff, known: ["--from", "--identity", "--json", "--kind", "--path"])
        guard options.words.count == 2 else {
            throw VerbOptions.usage(
                "diff takes two points, and got \(options.words.count)", fix: "write for example diff 2026-11-29 latest")
        }
        let lookup = try lookup(options)
        let (before, after) = (try lookup.point(options.words[0]), try lookup.point(options.words[1]))
        let selection = PathSelection(options.paths)
        let diff = PointDiff(older: try manifest(before), newer: try manifest(after))
        var count = 0
        try diff.changes { change throws(BackupError) in
            try stop.check()
            guard selection.holds(change.path) else { return }
            count += 1
            call.print(options.json ? json(change) : line(change))
        }
        return JobReport("\(Report.counted(count, "path")) not the same", numbers: ["paths": Double(count)])
    }

    private func line(_ change: PointDiff.Change) -> String {
        switch change.kind {
        case .added: "+ \(change.path)"
        case .removed: "- \(change.path)"
        case .changed(let words): "~ \(change.path)  \(words.joined(separator: ", "))"
        }
    }

    private func json(_ change: PointDiff.Change) -> String {
        var line = JSONLine()
        line.add("path", orBase64: "path_base64", change.path)
        switch change.kind {
        case .added: line.add("change", "added")
        case .removed: line.add("change", "removed")
        case .changed(let words):
            line.add("change", "changed")
            line.add("what", words.joined(separator: ","))
        }
        return line.text
    }

    func cat() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .cat, known: ["--from", "--identity", "--json", "--kind"])
        guard options.words.count == 2 else {
            throw VerbOptions.usage(
                "cat takes a point and a path, and got \(options.words.count) words", fix: "write for example cat latest data/bot.db")
        }
        let found = try lookup(options).point(options.words[0])
        let contents = PointContents(record: found.record, chain: found.chain)
        let entry = try file(contents.paths(meantBy: [options.words[1]])[0], in: found)
        if options.json {
            call.print(String(decoding: entry.line.dropLast(), as: UTF8.self))
            return JobReport("\(entry.path)")
        }
        guard let location = entry.location else {
            throw refused("point \(found.record.point) does not hold the content of \(entry.path)", fix: "see backup show")
        }
        var hasher = ContentHasher()
        let archives = ChainArchives(in: found.chain)
        let member = try damage { () throws(StoreDamage) in try archives.member(at: location) }
        let content = StoredContent(entry: entry, archives: archives)
        try content.read(from: member) { _, bytes, _ throws(BackupError) in
            try stop.check()
            hasher.update(bytes)
            guard call.write(bytes) else { throw .stopped }
        }
        guard entry.content == nil || hasher.digest == entry.content else {
            throw .damaged(StoreDamage(path: entry.path, reason: "its content is not what was stored"))
        }
        return JobReport("\(entry.path)", numbers: ["bytes": Double(content.size)])
    }

    /// The entry that has the content of a regular file, which may have been stored under another name.
    private func file(_ path: PathBytes, in found: PointLookup.Found) throws(BackupError) -> ManifestEntry {
        var path = path
        for _ in 0..<2 {
            let entries = try manifest(found)
            var entry = try damage { () throws(StoreDamage) in try entries.next() }
            while let candidate = entry, candidate.path != path {
                try stop.check()
                entry = try damage { () throws(StoreDamage) in try entries.next() }
            }
            guard let entry else {
                throw refused("point \(found.record.point) has no \(path)", fix: "see acore-sched backup show \(found.record.point)")
            }
            guard entry.status?.type == .regular else {
                throw refused(
                    "\(entry.path) is a \(entry.status?.type.rawValue ?? "thing of no type"), not a file", fix: "name a regular file")
            }
            guard let first = entry.firstName else { return entry }
            path = first
        }
        throw refused("\(path) is a name of a name", fix: "run acore-sched backup verify")
    }

    func find() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .find, known: ["--from", "--identity", "--json", "--kind"])
        let rules = try BackupRun.rules(PathBytes.meanings(of: try options.onlyWord("a pattern")))
        let lookup = try lookup(options)
        let points = try lookup.all()
        let versions = try versions(of: points, lookup, isKept: options.repository == nil && Catalog.mayKeep(points)) { path, type in
            rules.exclude(path, isFolder: type == .folder)
        }
        if options.json {
            for version in versions { call.print(json(version, points)) }
        } else if !versions.isEmpty {
            let heading = ["FIRST POINT", "LAST POINT", "POINTS", "SIZE", "MODIFIED", "PATH"]
            for line in TextTable.lines([heading] + versions.map { row($0, points) }) { call.print(line) }
        }
        return JobReport(Report.counted(versions.count, "version"), numbers: ["versions": Double(versions.count)])
    }

    /// What the catalog says; where the kept one cannot be used, one in memory says the same.
    private func versions(
        of points: [PointRecord], _ lookup: PointLookup, isKept: Bool, where fits: (PathBytes, EntryType) -> Bool
    ) throws(BackupError) -> [Catalog.Version] {
        do throws(BackupError) {
            let catalog = try Catalog(in: lookup.repository, group: "\(set)/\(lookup.group.rawValue)", isKept: isKept)
            _ = try catalog.update(to: points, stop: stop) { record throws(BackupError) in try manifest(try lookup.found(record)) }
            return try catalog.versions(where: fits, stop: stop)
        } catch {
            guard isKept, case .catalog = error else { throw error }
            context.log(.warning, "\(error); the lists of the points are read instead")
            return try versions(of: points, lookup, isKept: false, where: fits)
        }
    }

    private func row(_ version: Catalog.Version, _ points: [PointRecord]) -> [String] {
        let within = points.filter { version.points.contains($0.counter) }
        let modified = Date(timeIntervalSince1970: Double(version.modified.seconds)).formatted(.iso8601)
        return [
            within.first?.point ?? "-", within.last?.point ?? "-", "\(within.count)",
            version.type == .regular ? "\(ByteCount(version.size))" : version.type.rawValue, modified, "\(version.path)",
        ]
    }

    private func json(_ version: Catalog.Version, _ points: [PointRecord]) -> String {
        let within = points.filter { version.points.contains($0.counter) }
        var line = JSONLine()
        line.add("path", orBase64: "path_base64", version.path)
        line.add("type", version.type.rawValue)
        line.add("size", version.size)
        line.add("mtime", version.modified)
        line.add("first_point", within.first?.point ?? "")
        line.add("last_point", within.last?.point ?? "")
        line.add("points", within.count)
        return line.text
    }

    /// `catalog rebuild`: what `find` keeps is made anew.
    func rebuildCatalog() throws(BackupError) -> JobReport {
        let options = try VerbOptions(call.arguments, verb: .catalog, known: ["--identity", "--json"])
        guard options.words == ["rebuild"] else {
            throw VerbOptions.usage("catalog has one word to follow: rebuild", fix: "write acore-sched backup catalog rebuild")
        }
        let repository = try Repository(reading: PathBytes(settings.repository), keys: keys(options))
        if context.dryRun { return JobReport("dry run: the catalog would be made from the manifests of all points") }
        try Catalog.remove(from: repository)
        var count = 0
        for group in PointGroup.allCases {
            let lookup = PointLookup(repository: repository, set: set, group: group, context: context)
            let points = try lookup.all()
            // What is encrypted has its names nowhere in the clear.
            guard Catalog.mayKeep(points) else { continue }
            let catalog = try Catalog(in: repository, group: "\(set)/\(group.rawValue)", isKept: true)
            count += try catalog.update(to: points, stop: stop) { record throws(BackupError) in
                try manifest(try lookup.found(record))
            }
        }
        return JobReport("the catalog has \(Report.counted(count, "point")) of set \(set)", numbers: ["points": Double(count)])
    }

    private func manifest(_ found: PointLookup.Found) throws(BackupError) -> ManifestReader {
        try damage { () throws(StoreDamage) in try ManifestReader(found.record, in: found.chain) }
    }

    private func refused(_ problem: String, fix: String) -> BackupError {
        .refused(JobFailure(problem, in: "restore", fix: fix, retry: .cannotHelp))
    }
}
