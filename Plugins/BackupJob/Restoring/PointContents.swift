import FileTree
import JobKit

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

    private func reading<Value>(_ body: () throws(StoreDamage) -> Value) throws(BackupError) -> Value {
        do throws(StoreDamage) {
            return try body()
        } catch {
            throw .damaged(error)
        }
    }
}
