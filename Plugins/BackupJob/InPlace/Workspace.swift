import FileTree
import Glibc
import JobKit

/// A folder in which new trees are made and replaced ones are kept; locked as long as somebody restores there.
final class Workspace {
    let held: HeldDescriptor
    /// Absolute.
    let path: PathBytes
    private let lock: WorkspaceLock?

    /// - Parameter changes: false for one who only looks: then no lock is taken, which would make a name.
    init(_ folder: HeldDescriptor, at path: PathBytes, changes: Bool) throws(BackupError) {
        self.path = path
        held = folder
        if changes {
            lock = try WorkspaceLock(in: folder, at: path)
        } else {
            lock = nil
            try WorkspaceLock.look(in: folder, at: path)
        }
    }

    /// Makes new names survive a loss of power.
    func synchronize() throws(BackupError) {
        guard fsync(held.number) == 0 else { throw .destination(.last("synchronise", path)) }
    }
}

/// The workspaces of one call, each locked once.
struct Workspaces {
    /// Whether anything is changed in them.
    let changes: Bool
    private(set) var all: [Workspace] = []

    init(changes: Bool) {
        self.changes = changes
    }

    /// The workspace in a folder.
    mutating func at(_ folder: HeldDescriptor, _ path: PathBytes) throws(BackupError) -> Workspace {
        if let known = all.first(where: { $0.path == path }) { return known }
        let made = try Workspace(folder, at: path, changes: changes)
        all.append(made)
        return made
    }

    /// The workspace in a folder that a journal names.
    mutating func at(_ path: PathBytes) throws(BackupError) -> Workspace {
        let folder: HeldDescriptor
        do throws(FileTreeError) {
            folder = try HeldDescriptor.folder(at: path)
        } catch {
            throw .destination(error)
        }
        return try at(folder, path)
    }
}
