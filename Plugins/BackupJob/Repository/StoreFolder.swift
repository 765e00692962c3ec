import FileTree
import Glibc

/// A folder of the repository, held open; everything in it is reached by name and made for its owner only.
struct StoreFolder: Sendable {
    /// The folder itself.
    let held: HeldDescriptor
    /// Where it lies, for messages.
    let path: PathBytes
    /// What opens encrypted files in it; nil for one who cannot read them.
    var keys: IdentityFile?

    /// Opens a folder in this one.
    func folder(_ name: String) throws(BackupError) -> StoreFolder {
        let path = path.appending(PathBytes(name))
        do throws(FileTreeError) {
            return StoreFolder(held: try held.openFolder(PathBytes(name)), path: path, keys: keys)
        } catch {
            throw .repository(error.at(path))
        }
    }

    /// Opens a folder in this one; nil when it is not there.
    func folderIfPresent(_ name: String) throws(BackupError) -> StoreFolder? {
        do throws(BackupError) {
            return try folder(name)
        } catch {
            if case .repository(let cause) = error, cause.code == ENOENT { return nil }
            throw error
        }
    }

    /// Opens a folder in this one, made with mode 0700 when it is not there; the new name survives a loss of power.
    func madeFolder(_ name: String) throws(BackupError) -> StoreFolder {
        if mkdirat(held.number, name, 0o700) == 0 {
            try synchronize()
        } else if errno != EEXIST {
            throw failure("make the folder", name)
        }
        return try folder(name)
    }

    /// Makes a new file with mode 0600, open for writing.
    func newFile(_ name: String) throws(BackupError) -> HeldDescriptor {
        let number = openat(held.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw failure("make", name) }
        return HeldDescriptor(adopting: number)
    }

    /// Makes a new file with this content, which survives a loss of power.
    func newFile(_ name: String, content: [UInt8]) throws(BackupError) {
        let file = try newFile(name)
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in bytes.baseAddress.map { write(file.number, $0, bytes.count) } ?? 0 }
            if count < 0, errno != EINTR { throw failure("write", name) }
            rest = rest.dropFirst(max(count, 0))
        }
        guard fsync(file.number) == 0 else { throw failure("write", name) }
    }

    /// The content of a file of ours; nil when there is none.
    func read(_ name: String, limit: Int) throws(BackupError) -> [UInt8]? {
        do throws(FileTreeError) {
            return try held.openFile(PathBytes(name)).read(limit)
        } catch {
            if error.code == ENOENT { return nil }
            throw .repository(error.at(path.appending(PathBytes(name))))
        }
    }

    /// Moves a file to another folder of the repository, over what has its name there.
    func move(_ name: String, to folder: StoreFolder, as newName: String) throws(BackupError) {
        guard renameat(held.number, name, folder.held.number, newName) == 0 else { throw failure("move", name) }
    }

    /// Makes a symbolic link.
    func newLink(_ name: String, to target: String) throws(BackupError) {
        guard symlinkat(target, held.number, name) == 0 else { throw failure("make the link", name) }
    }

    /// Names in the folder that are UTF-8; nothing of ours is not.
    func names() throws(BackupError) -> [String] {
        do throws(FileTreeError) {
            return try held.names().compactMap(\.utf8)
        } catch {
            throw .repository(error.at(path))
        }
    }

    /// Removes a file or a tree.
    func remove(_ name: String) throws(BackupError) {
        do throws(FileTreeError) {
            let removal = try FileTree.remove(PathBytes(name), in: held)
            if let first = removal.failures.first { throw first }
        } catch {
            if error.code != ENOENT { throw .repository(error.at(path.appending(PathBytes(name)))) }
        }
    }

    /// Makes names that were added, moved or removed survive a loss of power.
    func synchronize() throws(BackupError) {
        guard fsync(held.number) == 0 else { throw .repository(.last("synchronise", path)) }
    }

    private func failure(_ operation: String, _ name: String) -> BackupError {
        .repository(.last(operation, path.appending(PathBytes(name))))
    }
}
