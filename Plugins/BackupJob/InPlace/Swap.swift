import CLinux
import FileTree
import Glibc

/// One tree that takes the place of another in one step of the kernel, and the way back.
struct Swap {
    /// The folder that holds the destination.
    let parent: HeldDescriptor
    let name: PathBytes
    let workspace: HeldDescriptor
    /// Where the new tree lies before, and the old one after.
    let kept: PathBytes
    /// Where the new tree lies once it was in place and is taken back: what was written to it meanwhile is found there.
    let back: PathBytes
    /// The new tree's inode, which tells where it is.
    let made: UInt64
    /// Whether there is an old tree.
    let replaces: Bool
    /// Of the old tree, where it is a folder.
    var permissions: UInt32?
    /// Of a database, the endings of files beside it that mean nothing to another one, and go where it goes.
    let companions: [String]
    /// The destination, for messages.
    let path: PathBytes

    /// Whether the new tree is in place.
    var isDone: Bool {
        get throws(FileTreeError) { try parent.statusIfThere(of: name)?.identity.inode == made }
    }

    /// Whether the new tree was in place and is taken back.
    var isBack: Bool {
        get throws(FileTreeError) { try workspace.statusIfThere(of: back)?.identity.inode == made }
    }

    /// Takes away what lies beside an old database: first, since the new one must never be opened with the log of the old one.
    func setAside() throws(FileTreeError) { try moveCompanions(of: name, in: parent, to: kept, in: workspace) }

    /// Puts the new tree in place.
    func exchange() throws(FileTreeError) {
        let flags = replaces ? LINUX_RENAME_EXCHANGE : LINUX_RENAME_NOREPLACE
        try rename(kept, in: workspace, name, in: parent, flags)
        // Whoever may write to these folders may have put something else under our names.
        guard try isDone else { throw FileTreeError("swap", path, .replaced) }
    }

    /// Puts back the mode of the old tree, which is opened to writing while it is moved: a kill may have come in between.
    func settleMode() throws(FileTreeError) {
        guard let permissions, try !isDone, try parent.statusIfThere(of: name) != nil else { return }
        try parent.endRename(of: name, permissions)
    }

    /// Puts the old tree back, if it is not in place. Each step shows in the names, so that a way back that was killed is gone on with.
    func takeBack() throws(FileTreeError) {
        if try isDone {
            // What lies beside it now belongs to the new database: that of the old one was set aside before the swap.
            try moveCompanions(of: name, in: parent, to: back, in: workspace)
            if !replaces {
                try rename(name, in: parent, back, in: workspace, LINUX_RENAME_NOREPLACE)
            } else {
                if try workspace.statusIfThere(of: kept) != nil {
                    try rename(kept, in: workspace, back, in: workspace, LINUX_RENAME_NOREPLACE)
                }
                try rename(back, in: workspace, name, in: parent, LINUX_RENAME_EXCHANGE)
            }
        } else {
            try refuseWritten()
        }
        try moveCompanions(of: kept, in: workspace, to: name, in: parent)
    }

    /// Whether the new tree lies beside the destination and never was in place.
    var isUnused: Bool {
        get throws(FileTreeError) { try workspace.statusIfThere(of: kept)?.identity.inode == made }
    }

    /// Removes the new tree where it never was in place.
    func discardUnused() throws(FileTreeError) {
        if try isUnused { try remove(kept) }
    }

    /// Removes the new tree, which was taken back, with all that its program made beside it.
    func discard() throws(FileTreeError) {
        try discardUnused()
        guard try isBack else { return }
        for suffix in companions where try workspace.companion(suffix, of: back) != nil { try remove(back.with(suffix)) }
        try remove(back)
    }

    /// The names in the workspace of what was set aside with an old database.
    var companionsKept: [PathBytes] {
        get throws(FileTreeError) {
            var names: [PathBytes] = []
            for suffix in companions where try workspace.companion(suffix, of: kept) != nil { names.append(kept.with(suffix)) }
            return names
        }
    }

    /// Why the way back of a swap did not work.
    static func reason(_ error: FileTreeError) -> String {
        error.cause == .replaced ? "it was written to while what belongs to it was set aside" : error.reason
    }

    /// An old database that was opened without its log, because the restore was killed between the two, does not fit it any more.
    private func refuseWritten() throws(FileTreeError) {
        guard let database = try parent.statusIfThere(of: name) else { return }
        for suffix in companions {
            // The kernel sets this time at each rename.
            guard let moved = try workspace.companion(suffix, of: kept)?.changed, database.modified > moved else { continue }
            throw FileTreeError("put \(suffix) beside", path, .replaced)
        }
    }

    private func moveCompanions(
        of name: PathBytes, in folder: HeldDescriptor, to newName: PathBytes, in target: HeldDescriptor
    ) throws(FileTreeError) {
        for suffix in companions where try folder.companion(suffix, of: name) != nil {
            try rename(name.with(suffix), in: folder, newName.with(suffix), in: target, LINUX_RENAME_NOREPLACE)
        }
    }

    private func remove(_ name: PathBytes) throws(FileTreeError) {
        let removal = try FileTree.remove(name, in: workspace)
        if let first = removal.failures.first { throw first }
    }

    private func rename(
        _ from: PathBytes, in source: HeldDescriptor, _ to: PathBytes, in target: HeldDescriptor, _ flags: UInt32
    ) throws(FileTreeError) {
        do throws(FileTreeError) {
            try source.rename(from, to: target, as: to, flags: flags)
        } catch {
            throw FileTreeError("swap", path, error.cause)
        }
        guard fsync(source.number) == 0, fsync(target.number) == 0 else { throw .last("synchronise", path) }
    }
}

extension HeldDescriptor {
    /// What lies beside a database in this folder; nil also for a folder, which is none of its files.
    func companion(_ suffix: String, of name: PathBytes) throws(FileTreeError) -> FileStatus? {
        let name = name.with(suffix)
        guard name.bytes.count <= Int(NAME_MAX), let status = try statusIfThere(of: name), status.type != .folder else { return nil }
        return status
    }
}

extension PathBytes {
    /// The path with a text at its end.
    func with(_ suffix: String) -> PathBytes { PathBytes(bytes + Array(suffix.utf8)) }
}
