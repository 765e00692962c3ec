import CLinux
import Glibc

/// A folder of ours whose mode was in our own way, and was opened to its owner: what `chmod u+rwx` does before `rm -r`, and `chmod u+w`
/// before `mv`.
struct LiftedMode {
    private let folder: HeldDescriptor
    /// What the mode was.
    let permissions: UInt32

    /// Lifts the mode of a folder in `parent`, by descriptor, a link never followed. The next call that needs the rights tells what is missing,
    /// so that reasons are not told here.
    /// - Parameters:
    ///   - rights: of the owner, that are missing: 0o200, 0o700.
    ///   - found: what the name stood for when it was looked at.
    /// - Returns: nil where this process has the rights already, where the folder is not ours, or is another one by now.
    init?(_ name: PathBytes, in parent: HeldDescriptor, _ found: FileStatus, to rights: UInt32) {
        guard found.type == .folder, found.owner == geteuid(), found.permissions & rights != rights else { return nil }
        let mode = Int32(rights >> 6)
        // Root has all rights without.
        guard name.withCString({ faccessat(parent.number, $0, mode, AT_EACCESS) }) != 0 else { return nil }
        permissions = found.permissions
        do throws(FileTreeError) {
            folder = try parent.folderAsPath(name)
            let now = try folder.status()
            guard now.identity == found.identity, now.owner == found.owner else { return nil }
            try folder.setMode(permissions | rights)
        } catch {
            return nil
        }
    }

    /// Puts the mode back.
    func putBack() throws(FileTreeError) { try folder.setMode(permissions) }
}

extension HeldDescriptor {
    /// Gives a name in this folder another folder, or another name, as renameat2(2). A folder of ours that may not be written to is opened to
    /// writing for that moment, since its `..` changes, and has its mode back afterwards.
    package func rename(
        _ name: PathBytes, to target: HeldDescriptor, as newName: PathBytes, flags: UInt32 = 0
    ) throws(FileTreeError) {
        if renameOnce(name, to: target, as: newName, flags) == 0 { return }
        guard errno == EACCES else { throw .last("move", name) }
        var lifted = [try writable(name)].compactMap { $0 }
        if flags & LINUX_RENAME_EXCHANGE != 0, let other = try target.writable(newName) { lifted.append(other) }
        let failed = renameOnce(name, to: target, as: newName, flags) == 0 ? nil : FileTreeError.last("move", name)
        for one in lifted { try one.putBack() }
        if let failed { throw failed }
    }

    /// Puts back the mode of a folder in this one that a rename was killed with: nothing else is changed.
    package func endRename(of name: PathBytes, _ permissions: UInt32) throws(FileTreeError) {
        let now = try status(of: name)
        guard now.type == .folder, now.permissions != permissions, now.permissions == permissions | 0o200 else { return }
        try folderAsPath(name).setMode(permissions)
    }

    /// Opens a folder as what it is, which takes no right to it.
    fileprivate func folderAsPath(_ name: PathBytes) throws(FileTreeError) -> HeldDescriptor {
        let flags = LINUX_O_PATH | LINUX_O_DIRECTORY | LINUX_O_NOFOLLOW | LINUX_O_CLOEXEC
        let opened = name.withCString { openat(number, $0, flags) }
        guard opened >= 0 else { throw .last("open", name) }
        return HeldDescriptor(adopting: opened)
    }

    /// What is open only as a path takes no `fchmod`.
    fileprivate func setMode(_ permissions: UInt32) throws(FileTreeError) {
        guard chmod("/proc/self/fd/\(number)", mode_t(permissions)) == 0 else { throw .last("set the mode of", PathBytes("")) }
    }

    private func renameOnce(_ name: PathBytes, to target: HeldDescriptor, as newName: PathBytes, _ flags: UInt32) -> Int32 {
        name.withCString { from in newName.withCString { linux_renameat2(number, from, target.number, $0, flags) } }
    }

    private func writable(_ name: PathBytes) throws(FileTreeError) -> LiftedMode? {
        let found = try status(of: name)
        // With a group that is not ours, a change of mode would take this bit away for good.
        guard found.permissions & 0o2000 == 0 || found.group == getegid() else { return nil }
        return LiftedMode(name, in: self, found, to: 0o200)
    }
}
