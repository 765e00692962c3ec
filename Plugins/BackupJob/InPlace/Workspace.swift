import FileTree
import Glibc
import JobKit

/// A folder in which new trees are made and replaced ones are kept; locked as long as somebody restores there.
final class Workspace {
    let held: HeldDescriptor
    /// Absolute.
    let path: PathBytes

    /// Takes the folder's lock without waiting; the kernel frees it with the process.
    init(_ folder: HeldDescriptor, at path: PathBytes) throws(BackupError) {
        self.path = path
        do throws(FileTreeError) {
            // A description of its own: the lock goes with this value.
            held = try folder.openFolder(PathBytes("."))
        } catch {
            throw .destination(error.at(path))
        }
        guard held.lock(.exclusive) else {
            throw .refused(
                JobFailure(
                    "another restore is at work in \(path)", in: "lock", fix: "wait for it to end, and look at the result before this one",
                    retry: .mayHelp))
        }
    }

    /// Makes new names survive a loss of power.
    func synchronize() throws(BackupError) {
        guard fsync(held.number) == 0 else { throw .destination(.last("synchronise", path)) }
    }
}

/// The workspaces of one call, each locked once.
struct Workspaces {
    private(set) var all: [Workspace] = []

    /// The workspace in a folder.
    mutating func at(_ folder: HeldDescriptor, _ path: PathBytes) throws(BackupError) -> Workspace {
        if let known = all.first(where: { $0.path == path }) { return known }
        let made = try Workspace(folder, at: path)
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
