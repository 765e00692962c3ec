import CLinux
import FileTree
import Glibc
import JobKit

/// Keeps other restores out of a workspace: the lock of a file of ours in it, which nobody else may open. That of the folder itself could be held
/// for ever by whoever may look at the folder.
final class WorkspaceLock {
    static let name = PathBytes(".acore-restore.lock")
    /// How often a file is looked for that its owner removes at the same time.
    private static let attempts = 100

    private let folder: HeldDescriptor
    private let file: HeldDescriptor

    /// Takes the lock without waiting; the kernel frees it with the process.
    /// - Returns: nil where no file can be made, for want of rights or room.
    init?(in folder: HeldDescriptor, at path: PathBytes) throws(BackupError) {
        self.folder = folder
        for _ in 0..<Self.attempts {
            guard let found = try Self.open(in: folder, at: path, making: true) else { return nil }
            try Self.take(found, at: path)
            if try Self.isCurrent(found, in: folder, at: path) {
                file = found
                return
            }
        }
        throw Self.busy(path)
    }

    deinit {
        // Still locked: who has opened it meanwhile looks at its name again. What stays is an empty file that the next one takes over.
        let isOurs = Result { () throws(FileTreeError) in try folder.statusIfThere(of: Self.name)?.identity == file.status().identity }
        if case .success(true) = isOurs { Self.name.withCString { _ = unlinkat(folder.number, $0, 0) } }
    }

    /// Whether nobody restores there now; makes no name.
    static func look(in folder: HeldDescriptor, at path: PathBytes) throws(BackupError) {
        if let found = try open(in: folder, at: path, making: false) { try take(found, at: path) }
    }

    private static func open(in folder: HeldDescriptor, at path: PathBytes, making: Bool) throws(BackupError) -> HeldDescriptor? {
        do throws(FileTreeError) {
            if making { return try folder.makeFile(name, 0o600) }
        } catch {
            // A disk without room is no reason to keep what would give some back: whoever needs room is told so when it is missing.
            if error.isRefusal || error.code == ENOSPC || error.code == EDQUOT { return nil }
            guard error.code == EEXIST else { throw .destination(error.at(path.appending(name))) }
        }
        do throws(FileTreeError) {
            let found = try folder.openFile(name)
            guard try found.status().type == .regular else { throw FileTreeError("lock", name, .replaced) }
            return found
        } catch {
            // Its owner has just removed it.
            if error.code == ENOENT { return making ? try open(in: folder, at: path, making: true) : nil }
            throw .refused(
                JobFailure(
                    "\(path.appending(name)) keeps restores apart, and cannot be used: \(error.reason)", in: "lock",
                    fix: "look whose it is, and remove it when no restore is at work in \(path)", retry: .cannotHelp))
        }
    }

    private static func take(_ file: HeldDescriptor, at path: PathBytes) throws(BackupError) {
        guard file.lock(.exclusive) else { throw busy(path) }
    }

    private static func busy(_ path: PathBytes) -> BackupError {
        .refused(
            JobFailure(
                "another restore is at work in \(path)", in: "lock", fix: "wait for it to end, and look at the result before this one",
                retry: .mayHelp))
    }

    /// Whether the name still stands for what was locked: its owner may have removed it in between.
    private static func isCurrent(_ file: HeldDescriptor, in folder: HeldDescriptor, at path: PathBytes) throws(BackupError) -> Bool {
        do throws(FileTreeError) {
            return try folder.statusIfThere(of: name)?.identity == file.status().identity
        } catch {
            throw .destination(error.at(path.appending(name)))
        }
    }
}
