import FileTree
import JobKit
import SQLiteFiles

/// A point whose list and archives are to be read; nobody removes its chain as long as ``chain`` is open.
struct PointContents {
    let record: PointRecord
    let chain: StoreFolder

    /// The list, from its start.
    func manifest() throws(BackupError) -> ManifestReader {
        try reading { () throws(StoreDamage) in try ManifestReader(record, in: chain) }
    }

    /// The archives that it needs.
    func archives() -> ChainArchives { ChainArchives(in: chain) }

    /// What of it is meant.
    /// - Throws: when that is nothing.
    func plan(_ selection: PathSelection) throws(BackupError) -> RestorePlan {
        let manifest = try manifest()
        let plan = try reading { () throws(StoreDamage) in try RestorePlan(manifest, selection) }
        guard plan.entries > 0 else {
            throw .refused(
                JobFailure(
                    "point \(record.point) holds nothing of that", in: "restore", fix: "see acore-sched backup show \(record.point)",
                    retry: .cannotHelp))
        }
        return plan
    }

    /// Looks whether the point has each path that a caller named, or something below it.
    /// - Throws: with all that it has not.
    func require(_ texts: [String]) throws(BackupError) {
        guard !texts.isEmpty else { return }
        var missing = texts.map { (text: $0, selection: PathSelection([$0])) }
        let manifest = try manifest()
        try reading { () throws(StoreDamage) in
            while !missing.isEmpty, let entry = try manifest.next() { missing.removeAll { $0.selection.holds(entry.path) } }
        }
        guard !missing.isEmpty else { return }
        throw .refused(
            JobFailure(
                "point \(record.point) has no \(missing.map(\.text).joined(separator: " and no "))", in: "restore",
                fix: "see acore-sched backup show \(record.point)", retry: .cannotHelp))
    }

    /// The paths that are meant: each as it is written, or what it is printed for (`\xNN`) where the point has only that.
    func paths(meantBy texts: [String]) throws(BackupError) -> [PathBytes] {
        var meant: [PathBytes] = []
        for text in texts {
            let meanings = PathSelection.meanings(of: text)
            let manifest = try manifest()
            let isThere = try reading { () throws(StoreDamage) in
                guard meanings.count > 1 else { return true }
                while let entry = try manifest.next() {
                    if entry.path == meanings[0] { return true }
                }
                return false
            }
            meant += isThere ? meanings.prefix(1) : meanings.suffix(1)
        }
        return meant
    }

    /// What the point has beside those of these paths that are databases of which the plain files are stored: they are nothing without.
    func plainCompanions(of paths: [PathBytes]) throws(BackupError) -> [PathBytes] {
        let manifest = try manifest()
        return try reading { () throws(StoreDamage) in
            var named: Set<PathBytes> = []
            var found: [PathBytes] = []
            while let entry = try manifest.next() {
                if entry.state == .raw, paths.contains(entry.path) {
                    named.formUnion(SQLiteFile.companionSuffixes.map { entry.path.with($0) })
                } else if named.contains(entry.path), entry.location != nil {
                    found.append(entry.path)
                }
            }
            return found
        }
    }

    private func reading<Value>(_ body: () throws(StoreDamage) -> Value) throws(BackupError) -> Value {
        do throws(StoreDamage) {
            return try body()
        } catch {
            throw .damaged(error)
        }
    }
}
