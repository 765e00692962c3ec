import CLinux
import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// A new folder, for its owner only, in which a tree is made before it is moved to its place or looked at.
struct StagingFolder {
    private static let prefix = ".acore-restore-"

    /// What holds it.
    let parent: HeldDescriptor
    let name: String
    let held: HeldDescriptor

    /// Makes one, after those that killed restores left here are removed.
    init(in parent: HeldDescriptor, context: JobContext) throws(BackupError) {
        Self.removeLeftOvers(in: parent, context)
        self.parent = parent
        name = Self.prefix + PointID(at: Date.now).description
        guard mkdirat(parent.number, name, 0o700) == 0 else { throw .destination(.last("make the folder", PathBytes(name))) }
        do throws(FileTreeError) {
            held = try parent.openFolder(PathBytes(name))
        } catch {
            throw .destination(error.at(PathBytes(name)))
        }
        // Whatever rights the place hands down to new entries, the point's have others; most places hand down none, and then this fails.
        _ = linux_fremovexattr(held.number, "system.posix_acl_default")
        // Says that somebody works here; the kernel lets go with the process.
        _ = held.lock(.exclusive)
    }

    /// Makes what is meant of a point in it, each file compared with its checksum while it is written, and brings all to the disk.
    func fill(
        from contents: PointContents, _ plan: RestorePlan, stop: StopFlag, context: JobContext
    ) throws(BackupError) -> TreeRestorer.Result {
        let restorer = TreeRestorer(
            manifest: try contents.manifest(), archives: contents.archives(), plan: plan, stop: stop, context: context)
        let result = Result { () throws(BackupError) in
            try WriteConfinement.run(writingBelow: held) { () throws(BackupError) in try restorer.restore(into: held) }
        }
        if case .failure(let error) = result, error.isFull { throw .refused(Self.noRoom(plan)) }
        let restored = try result.get()
        guard linux_syncfs(held.number) == 0 else { throw .destination(.last("synchronise", PathBytes(name))) }
        return restored
    }

    /// Bytes that a tree needs, with a block for each entry.
    static func room(for plan: RestorePlan) -> Int64 { plan.bytes + Int64(plan.entries) * 4096 }

    private static func noRoom(_ plan: RestorePlan) -> JobFailure {
        let needed = ByteCount(room(for: plan))
        return JobFailure(
            "no space left for what is to be restored: it needs about \(needed); all that was written is removed", in: "restore",
            fix: "free about \(needed) on that file system, or restore to another one with --to", retry: .mayHelp)
    }

    /// Removes it with all that is in it.
    /// - Returns: why something of it stays; the log has it, too.
    @discardableResult
    func remove(_ context: JobContext) -> FileTreeError? { Self.remove(name, in: parent, context) }

    /// Whether a name is that of such a folder.
    static func isOne(_ name: PathBytes) -> Bool {
        guard let name = name.utf8, name.hasPrefix(prefix) else { return false }
        return PointID(name.dropFirst(prefix.count)) != nil
    }

    /// Removes what restores that were killed left here.
    /// - Returns: why something of it stays, for each folder.
    @discardableResult
    static func removeLeftOvers(in parent: HeldDescriptor, _ context: JobContext) -> [FileTreeError] {
        guard case .success(let names) = Result(catching: { () throws(FileTreeError) in try parent.names() }) else { return [] }
        var failures: [FileTreeError] = []
        for name in names.filter(isOne).compactMap(\.utf8) {
            let folder = Result { () throws(FileTreeError) in try parent.openFolder(PathBytes(name)) }
            guard case .success(let folder) = folder, folder.lock(.exclusive) else { continue }
            if let failure = remove(name, in: parent, context) { failures.append(failure) }
        }
        return failures
    }

    private static func remove(_ name: String, in parent: HeldDescriptor, _ context: JobContext) -> FileTreeError? {
        do throws(FileTreeError) {
            let removal = try FileTree.remove(PathBytes(name), in: parent)
            guard let first = removal.failures.first else { return nil }
            throw first
        } catch {
            context.log(.warning, "what is unfinished could not be removed: \(error)")
            return error
        }
    }
}
