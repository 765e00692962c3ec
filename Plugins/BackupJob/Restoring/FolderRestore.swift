import CLinux
import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// Restores a point, or a part of it, to a folder that is not there yet: made beside its place, and moved there when it is whole.
struct FolderRestore {
    private static let stagingPrefix = ".acore-restore-"

    let record: PointRecord
    let chain: StoreFolder
    let selection: PathSelection
    let stop: StopFlag
    let context: JobContext

    /// - Parameter destination: absolute; there must be nothing, or an empty folder.
    func restore(to destination: PathBytes) throws(BackupError) -> JobReport {
        let plan = try reading { () throws(StoreDamage) in try RestorePlan(try ManifestReader(record, in: chain), selection) }
        guard plan.entries > 0 else {
            throw .refused(
                JobFailure(
                    "point \(record.point) holds nothing of that", in: "restore", fix: "see acore-sched backup show \(record.point)",
                    retry: .cannotHelp))
        }
        let (parent, name) = try place(destination)
        if context.dryRun {
            return JobReport(
                "dry run: \(words(plan.entries, plan.files, plan.bytes)) of point \(record.point) would be restored to \(destination)",
                numbers: ["entries": Double(plan.entries), "files": Double(plan.files), "bytes": Double(plan.bytes)])
        }
        removeLeftOvers(in: parent)
        let staging = try make(in: parent)
        do throws(BackupError) {
            let result = try fill(staging.folder, plan)
            try move(staging.name, in: parent, to: name, destination)
            return report(result, destination)
        } catch {
            remove(staging.name, in: parent)
            throw error
        }
    }

    private func fill(_ folder: HeldDescriptor, _ plan: RestorePlan) throws(BackupError) -> TreeRestorer.Result {
        let manifest = try reading { () throws(StoreDamage) in try ManifestReader(record, in: chain) }
        let restorer = TreeRestorer(
            manifest: manifest, archives: ChainArchives(in: chain), plan: plan, stop: stop, context: context)
        let result = try restorer.restore(into: folder)
        guard linux_syncfs(folder.number) == 0 else { throw .destination(.last("synchronise", PathBytes(""))) }
        return result
    }

    private func report(_ result: TreeRestorer.Result, _ destination: PathBytes) -> JobReport {
        var line = "restored \(words(result.entries, result.files, result.bytes)) of point \(record.point) to \(destination)"
        if result.doubtful > 0 { line += "; \(result.doubtful) of them missing, or not as they were: see the log" }
        return JobReport(
            line, outcome: result.doubtful == 0 ? .succeeded : .warning,
            numbers: [
                "entries": Double(result.entries), "files": Double(result.files), "bytes": Double(result.bytes),
                "doubtful": Double(result.doubtful),
            ])
    }

    private func words(_ entries: Int, _ files: Int, _ bytes: Int64) -> String {
        "\(entries) entr\(entries == 1 ? "y" : "ies"), \(Report.counted(files, "file")) with \(ByteCount(bytes)),"
    }

    /// The folder that is to hold the destination.
    private func place(_ destination: PathBytes) throws(BackupError) -> (HeldDescriptor, String) {
        guard let name = destination.components.last?.utf8, name != ".", name != ".." else {
            throw VerbOptions.usage("\(destination) cannot be the name of a new folder", fix: "write --to /path/of/a/new/folder")
        }
        let path = PathBytes("/").appending(
            PathBytes(destination.components.dropLast().map(\.bytes).joined(separator: [UInt8(ascii: "/")])))
        do throws(FileTreeError) {
            let parent = try HeldDescriptor.folder(at: path)
            guard try isFree(name, in: parent) else {
                throw FileTreeError("restore to", destination, .system(EEXIST))
            }
            return (parent, name)
        } catch {
            guard error.code == EEXIST else { throw .destination(error.at(destination)) }
            throw .refused(
                JobFailure(
                    "\(destination) is there and not empty", in: "restore",
                    fix: "name a folder that is not there yet, and move things over",
                    retry: .cannotHelp))
        }
    }

    private func isFree(_ name: String, in parent: HeldDescriptor) throws(FileTreeError) -> Bool {
        do throws(FileTreeError) {
            return try parent.openFolder(PathBytes(name)).names().isEmpty
        } catch {
            if error.code == ENOENT { return true }
            if error.code == ENOTDIR || error.code == ELOOP { return false }
            throw error
        }
    }

    private func make(in parent: HeldDescriptor) throws(BackupError) -> (name: String, folder: HeldDescriptor) {
        let name = Self.stagingPrefix + PointID(at: Date.now).description
        guard mkdirat(parent.number, name, 0o700) == 0 else { throw .destination(.last("make the folder", PathBytes(name))) }
        do throws(FileTreeError) {
            let folder = try parent.openFolder(PathBytes(name))
            // Says that somebody works here; the kernel lets go with the process.
            flock(folder.number, LOCK_EX | LOCK_NB)
            return (name, folder)
        } catch {
            throw .destination(error.at(PathBytes(name)))
        }
    }

    /// Removes what restores that were killed left here.
    private func removeLeftOvers(in parent: HeldDescriptor) {
        guard case .success(let names) = Result(catching: { () throws(FileTreeError) in try parent.names() }) else { return }
        for name in names.compactMap(\.utf8) where name.hasPrefix(Self.stagingPrefix) {
            guard PointID(name.dropFirst(Self.stagingPrefix.count)) != nil else { continue }
            let folder = Result { () throws(FileTreeError) in try parent.openFolder(PathBytes(name)) }
            if case .success(let folder) = folder, flock(folder.number, LOCK_EX | LOCK_NB) == 0 { remove(name, in: parent) }
        }
    }

    private func remove(_ name: String, in parent: HeldDescriptor) {
        do throws(FileTreeError) {
            let removal = try FileTree.remove(PathBytes(name), in: parent)
            if let first = removal.failures.first { throw first }
        } catch {
            context.log(.warning, "what is unfinished could not be removed: \(error)")
        }
    }

    private func move(_ staging: String, in parent: HeldDescriptor, to name: String, _ destination: PathBytes) throws(BackupError) {
        // Over an empty folder, or to a free place: rename(2) takes nothing else.
        guard renameat(parent.number, staging, parent.number, name) == 0, fsync(parent.number) == 0 else {
            throw .destination(.last("move into place", destination))
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
