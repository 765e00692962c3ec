import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// What a restore in place is about to swap, on the disk before the first swap and gone after the last: as long as it is there, everything
/// is to be taken back.
///
/// Each workspace has a copy. That of the first one counts, so that all swaps become valid in one step; the others lead to it.
struct SwapJournal: Codable {
    /// One tree.
    struct Entry: Codable {
        /// The folder that holds the destination.
        let parent: String
        let name: String
        let workspace: String
        let kept: String
        let back: String
        let made: UInt64
        let replaces: Bool
        let companions: [String]
        /// Mode of the old tree, where it is a folder: it may be opened to writing while it is moved. Older journals lack it.
        let permissions: UInt32?
    }

    private static let currentFormat = 2

    var format = currentFormat
    let id: String
    let point: String
    let job: String
    let started: Date
    /// The workspace whose copy counts.
    let first: String
    let entries: [Entry]

    /// What every release says.
    private struct Form: Codable {
        let format: Int
    }

    private static let prefix = ".acore-restore-"
    private static let suffix = ".json"
    private static let sizeLimit = 1 << 20

    /// The name of each copy.
    var fileName: String { Self.prefix + id + Self.suffix }

    /// Every workspace, the first one in front.
    var workspaces: [String] { [first] + Set(entries.map(\.workspace)).subtracting([first]).sorted() }

    /// Writes all copies; the one that counts comes last.
    /// - Parameter makeIn: a folder of ours in each workspace, on the same file system.
    func write(_ makeIn: [(workspace: Workspace, folder: HeldDescriptor)]) throws(BackupError) {
        let bytes = try JSONBytes.of(self)
        for (workspace, folder) in makeIn.reversed() {
            let staging = StoreFolder(held: folder, path: workspace.path)
            try Self.atDestination { () throws(BackupError) in
                try staging.newFile(fileName, content: bytes)
                try staging.move(fileName, to: StoreFolder(held: workspace.held, path: workspace.path), as: fileName)
            }
            try workspace.synchronize()
        }
    }

    /// Removes all copies; with the first one what they tell of is over.
    func remove(from workspaces: Workspaces) throws(BackupError) {
        for path in self.workspaces {
            guard let workspace = workspaces.all.first(where: { $0.path == PathBytes(path) }) else { continue }
            try Self.atDestination { () throws(BackupError) in
                try StoreFolder(held: workspace.held, path: workspace.path).remove(fileName)
            }
            try workspace.synchronize()
        }
    }

    /// The journals in a workspace. Only ours count: whoever may write to the folder could have put one there that leads elsewhere.
    static func all(in held: HeldDescriptor, at path: PathBytes) throws(BackupError) -> [SwapJournal] {
        let folder = StoreFolder(held: held, path: path)
        var journals: [SwapJournal] = []
        for name in try atDestination({ () throws(BackupError) in try folder.names() }) where isOne(PathBytes(name)) {
            journals.append(try read(name, in: folder))
        }
        return journals
    }

    /// Whether a name is that of a journal.
    static func isOne(_ name: PathBytes) -> Bool {
        guard let name = name.utf8, name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
        return PointID(name.dropFirst(prefix.count).dropLast(suffix.count)) != nil
    }

    private static func read(_ name: String, in folder: StoreFolder) throws(BackupError) -> SwapJournal {
        let path = folder.path.appending(PathBytes(name))
        do {
            let file = try folder.held.openFile(PathBytes(name))
            let status = try file.status()
            guard status.owner == geteuid(), status.permissions & 0o022 == 0, status.type == .regular else {
                throw refusal(path, "it belongs to user \(status.owner)", fix: "restore as that user, or look at it and remove it")
            }
            let content = Data(try file.read(sizeLimit))
            let foreign = refusal(path, "it is not of this release", fix: "restore with the release that wrote it")
            guard try WireCoding.decoder().decode(Form.self, from: content).format == currentFormat else { throw foreign }
            let journal = try WireCoding.decoder().decode(SwapJournal.self, from: content)
            guard journal.fileName == name else { throw foreign }
            return journal
        } catch let error as BackupError {
            throw error
        } catch {
            throw refusal(path, "\(error)", fix: "look at it and at the trees that it names, and remove it")
        }
    }

    private static func refusal(_ path: PathBytes, _ reason: String, fix: String) -> BackupError {
        .refused(
            JobFailure(
                "\(path) tells of a restore that did not end, and cannot be used: \(reason)", in: "restore", fix: fix, retry: .cannotHelp))
    }

    /// The copy that counts; nil when it is gone, and with it what the others tell.
    func counts(in first: Workspace) throws(BackupError) -> Bool {
        try Self.atDestination { () throws(BackupError) in
            try StoreFolder(held: first.held, path: first.path).names().contains(fileName)
        }
    }

    /// Errors of files beside the destination are no errors of the repository.
    private static func atDestination<Value>(_ body: () throws(BackupError) -> Value) throws(BackupError) -> Value {
        do throws(BackupError) {
            return try body()
        } catch {
            guard case .repository(let cause) = error else { throw error }
            throw .destination(cause)
        }
    }
}
