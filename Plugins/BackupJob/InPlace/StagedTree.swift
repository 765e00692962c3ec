import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// A tree that is made, checked and on the disk beside its destination.
struct StagedTree {
    let target: RestoreTarget
    let folder: StagingFolder
    let result: TreeRestorer.Result
    /// The folder in the staging folder that holds the tree, under the last name of its prefix.
    private let holder: HeldDescriptor
    private let made: UInt64
    /// The name of the tree beside its destination before the swap, and of the old one after.
    private let kept: ReplacedName
    /// The name of the tree when it is taken back after it was in place.
    private let back: ReplacedName
    /// Endings of what goes with a database.
    private let companions: [String]

    init(
        _ target: RestoreTarget, _ companions: [String], _ contents: PointContents, _ plan: RestorePlan, stop: StopFlag,
        context: JobContext
    ) throws(BackupError) {
        self.target = target
        self.companions = companions
        kept = ReplacedName(PointID(at: Date.now), source: target.place.name, way: target.way)
        back = ReplacedName(PointID(at: Date.now), source: target.place.name, way: target.way)
        let staging = try StagingFolder(in: target.workspace.held, context: context)
        folder = staging
        do throws(BackupError) {
            result = try staging.fill(from: contents, plan, stop: stop, context: context)
            (holder, made) = try Self.find(target.prefix, in: staging.held)
        } catch {
            staging.remove(context)
            throw error
        }
    }

    /// Where what was there lies after the swap.
    var keptPaths: [PathBytes] {
        // What cannot be looked at is not named.
        let beside = Result { () throws(FileTreeError) in try swap.companionsKept }
        var names = target.status == nil ? [] : [kept.bytes]
        if case .success(let companions) = beside { names += companions }
        return names.map { target.workspace.path.appending($0) }
    }

    private static func find(_ prefix: PathBytes, in root: HeldDescriptor) throws(BackupError) -> (HeldDescriptor, UInt64) {
        do throws(FileTreeError) {
            var folder = root
            for name in prefix.components.dropLast() { folder = try folder.openFolder(name) }
            return (folder, try folder.status(of: prefix.components.last ?? prefix).identity.inode)
        } catch {
            throw .destination(error.at(prefix))
        }
    }

    var swap: Swap {
        Swap(
            parent: target.parent, name: target.name, workspace: target.workspace.held, kept: kept.bytes, back: back.bytes,
            made: made, replaces: target.status != nil, permissions: oldPermissions, companions: companions, path: target.path)
    }

    /// Lays the tree beside its destination.
    func prepare() throws(FileTreeError) {
        let name = target.prefix.components.last ?? target.prefix
        do throws(FileTreeError) {
            try holder.rename(name, to: target.workspace.held, as: kept.bytes)
        } catch {
            throw FileTreeError("move beside its place", target.path, error.cause)
        }
        guard fsync(target.workspace.held.number) == 0 else { throw .last("move beside its place", target.path) }
    }

    var journalEntry: SwapJournal.Entry {
        SwapJournal.Entry(
            parent: target.parentPath.text, name: target.name.text, workspace: target.workspace.path.text, kept: kept.bytes.text,
            back: back.bytes.text, made: made, replaces: target.status != nil, companions: companions, permissions: oldPermissions)
    }

    private var oldPermissions: UInt32? { target.status.flatMap { $0.type == .folder ? $0.permissions : nil } }
}

extension PathBytes {
    /// The path as a journal keeps it; all that is restored in place is UTF-8.
    var text: String {
        guard let utf8 else { preconditionFailure("\(self) is not UTF-8, and was not refused") }
        return utf8
    }
}
