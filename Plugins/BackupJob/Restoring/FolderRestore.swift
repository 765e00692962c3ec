import FileTree
import Glibc
import JobKit

/// Restores a point, or a part of it, to a folder that is not there yet: made beside its place, and moved there when it is whole.
struct FolderRestore {
    let contents: PointContents
    let selection: PathSelection
    let stop: StopFlag
    let context: JobContext

    private var record: PointRecord { contents.record }

    /// - Parameter destination: absolute; there must be nothing, or an empty folder.
    func restore(to destination: PathBytes) throws(BackupError) -> JobReport {
        let plan = try contents.plan(selection)
        let (parent, name) = try place(destination)
        if context.dryRun {
            return JobReport(
                "dry run: \(words(plan.entries, plan.files, plan.bytes)) of point \(record.point) would be restored to \(destination)",
                numbers: ["entries": Double(plan.entries), "files": Double(plan.files), "bytes": Double(plan.bytes)])
        }
        let staging = try StagingFolder(in: parent, context: context)
        do throws(BackupError) {
            let result = try staging.fill(from: contents, plan, stop: stop, context: context)
            try move(staging.name, in: parent, to: name, destination)
            return report(result, destination)
        } catch {
            staging.remove(context)
            throw error
        }
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

    private func move(_ staging: String, in parent: HeldDescriptor, to name: String, _ destination: PathBytes) throws(BackupError) {
        // Over an empty folder, or to a free place: rename(2) takes nothing else.
        guard renameat(parent.number, staging, parent.number, name) == 0, fsync(parent.number) == 0 else {
            throw .destination(.last("move into place", destination))
        }
    }
}
