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
    /// The new tree's inode, which tells where it is.
    let made: UInt64
    /// Whether there is an old tree.
    let replaces: Bool
    /// The destination, for messages.
    let path: PathBytes

    /// Whether the new tree is in place.
    var isDone: Bool {
        get throws(FileTreeError) { try parent.statusIfThere(of: name)?.identity.inode == made }
    }

    /// Puts the new tree in place.
    func exchange() throws(FileTreeError) {
        let flags = replaces ? LINUX_RENAME_EXCHANGE : LINUX_RENAME_NOREPLACE
        try rename(kept, in: workspace, name, in: parent, flags)
        // Whoever may write to these folders may have put something else under our names.
        guard try isDone else { throw FileTreeError("swap", path, .replaced) }
    }

    /// Puts the old tree back, if it is not in place.
    func takeBack() throws(FileTreeError) {
        guard try isDone else { return }
        guard replaces else { return try rename(name, in: parent, kept, in: workspace, LINUX_RENAME_NOREPLACE) }
        try rename(kept, in: workspace, name, in: parent, LINUX_RENAME_EXCHANGE)
    }

    /// Removes the new tree, where it lies beside the destination.
    func discard() throws(FileTreeError) {
        guard try workspace.statusIfThere(of: kept)?.identity.inode == made else { return }
        let removal = try FileTree.remove(kept, in: workspace)
        if let first = removal.failures.first { throw first }
    }

    private func rename(
        _ from: PathBytes, in source: HeldDescriptor, _ to: PathBytes, in target: HeldDescriptor, _ flags: UInt32
    ) throws(FileTreeError) {
        let result = from.withCString { from in to.withCString { linux_renameat2(source.number, from, target.number, $0, flags) } }
        guard result == 0 else { throw .last("swap", path) }
        guard fsync(source.number) == 0, fsync(target.number) == 0 else { throw .last("synchronise", path) }
    }
}
