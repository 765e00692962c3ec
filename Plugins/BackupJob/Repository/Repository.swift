import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// A folder of backups, locked for this process.
struct Repository: Sendable {
    /// The format that this build reads and writes.
    static let format = 1

    /// The folder.
    let root: StoreFolder
    /// Its device and inode, which a walk leaves out.
    let identity: FileIdentity
    /// Nil for one who only reads.
    private let lock: RepositoryLock?
    private static let newRecordName = "repo.json.new"

    /// What `repo.json` says.
    private struct Record: Codable {
        let format: Int
        let id: String
        let created: Date
    }

    /// Opens the repository, makes it when the folder is missing or empty, takes its lock and removes what dead runs left behind.
    /// - Parameter keys: opens encrypted points; nil for a machine that only writes them.
    init(at path: PathBytes, holder: String, now: Date, keys: IdentityFile?) throws(BackupError) {
        root = try Self.openFolder(path, keys)
        do throws(FileTreeError) {
            identity = try root.held.status().identity
        } catch {
            throw .repository(error.at(path))
        }
        let isNew = try root.names().allSatisfy { ["lock", Self.newRecordName].contains($0) }
        if !isNew { try Self.check(root) }
        lock = try RepositoryLock(in: root, holder: holder)
        // Only a folder with a record of ours has a tmp that is ours to empty.
        if isNew { try writeRecord(now) } else { try clean() }
        do throws(BackupError) {
            try writeRestoreText()
            try repairLatestLinks()
        } catch {
            // Removing points needs no space, and a run that needs some is told so when it writes.
            guard error.isFull else { throw error }
        }
    }

    /// Opens a repository for reading: committed points never change, so that needs no lock.
    init(reading path: PathBytes, keys: IdentityFile?) throws(BackupError) {
        do throws(FileTreeError) {
            root = StoreFolder(held: try HeldDescriptor.folder(at: path), path: path, keys: keys)
            identity = try root.held.status().identity
        } catch {
            throw .repository(error.at(path))
        }
        try Self.check(root)
        lock = nil
    }

    /// Where the run's unfinished files lie, on the same file system.
    func staging(for point: PointID) throws(BackupError) -> StoreFolder {
        try root.madeFolder("tmp").madeFolder(point.description)
    }

    /// The folder of a set's points of a kind.
    func folder(of group: PointGroup, in set: String) throws(BackupError) -> StoreFolder {
        try root.madeFolder("set-\(set)").madeFolder(group.rawValue)
    }

    /// As ``folder(of:in:)``, for one who only reads.
    /// - Returns: nil when the set has no such points.
    func existingFolder(of group: PointGroup, in set: String) throws(BackupError) -> StoreFolder? {
        guard try root.names().contains("set-\(set)") else { return nil }
        let folder = try root.folder("set-\(set)")
        return try folder.names().contains(group.rawValue) ? try folder.folder(group.rawValue) : nil
    }

    private static func openFolder(_ path: PathBytes, _ keys: IdentityFile?) throws(BackupError) -> StoreFolder {
        let made = path.withCString { mkdir($0, 0o700) }
        if made != 0, errno == ENOENT {
            throw .refused(
                JobFailure(
                    "the folder that is to hold the repository \(path) does not exist", in: "repository",
                    fix: "make it, or mount the disk that it lies on; only the last folder of the path is made by itself", retry: .mayHelp))
        }
        guard made == 0 || errno == EEXIST else { throw .repository(.last("make the folder", path)) }
        do throws(FileTreeError) {
            return StoreFolder(held: try HeldDescriptor.folder(at: path), path: path, keys: keys)
        } catch {
            throw .repository(error)
        }
    }

    /// Refuses a folder that is not a repository, or one of a later format, before anything in it is touched.
    private static func check(_ root: StoreFolder) throws(BackupError) {
        guard let bytes = try root.read("repo.json", limit: 4096) else {
            throw .refused(
                JobFailure(
                    "\(root.path) is neither empty nor a repository: it has no repo.json", in: "repository",
                    fix: "name an empty folder, or one that does not exist yet", retry: .cannotHelp))
        }
        do {
            let record = try WireCoding.decoder().decode(Record.self, from: Data(bytes))
            guard record.format != format else { return }
            throw BackupError.refused(
                JobFailure(
                    "\(root.path) has format \(record.format), this program writes format \(format)", in: "repository",
                    fix: "use the release that made it, or name another folder", retry: .cannotHelp))
        } catch let error as BackupError {
            throw error
        } catch {
            throw .refused(
                JobFailure(
                    "\(root.path)/repo.json cannot be read: \(error)", in: "repository",
                    fix: "restore that file from another copy of the repository", retry: .cannotHelp))
        }
    }

    private func writeRecord(_ now: Date) throws(BackupError) {
        let record = Record(format: Self.format, id: PointID(at: now).description, created: now)
        try root.remove(Self.newRecordName)
        try root.newFile(Self.newRecordName, content: try JSONBytes.of(record))
        try root.move(Self.newRecordName, to: root, as: "repo.json")
        try root.synchronize()
    }

    private func writeRestoreText() throws(BackupError) {
        let text = Array(RestoreText.text.utf8)
        if try root.read("RESTORE.txt", limit: text.count + 1) != text { try replace("RESTORE.txt", with: text) }
    }

    /// Replaces a file in one step.
    /// - Parameter folder: of the repository; nil for its root.
    func replace(_ name: String, in folder: StoreFolder? = nil, with content: [UInt8]) throws(BackupError) {
        let folder = folder ?? root
        let temporary = try root.madeFolder("tmp")
        try temporary.remove(name)
        try temporary.newFile(name, content: content)
        try temporary.move(name, to: folder, as: name)
        try folder.synchronize()
    }
}
