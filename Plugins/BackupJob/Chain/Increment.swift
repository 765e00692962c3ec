import Archive
import FileTree
import FoundationEssentials

/// What a run that adds to a chain keeps in mind on its way through the tree.
final class Increment {
    /// The name of the list of removed paths in an archive.
    static let removedName = ".acore/removed.nul"

    let parent: Parent
    let removed: RemovedList
    /// The folders from the source's root to where the walk is, with what restores their times after something in them was replaced.
    private var trail: [(path: PathBytes, member: ArchiveMember, isStored: Bool)] = []
    /// A folder that is stored anew with all that it holds.
    private var renewed: PathBytes?
    /// Of the parent's files with several names, what it says of the first.
    private var firstNames: [FileIdentity: ManifestEntry] = [:]
    /// Something that cannot be looked at: what the parent has of it stays.
    private var lost: (path: PathBytes, code: Int32)?

    init(on parent: Parent, in staging: StoreFolder) throws(BackupError) {
        self.parent = parent
        removed = try RemovedList(in: staging)
    }

    /// Leaves what does not hold this path.
    func enter(_ path: PathBytes) {
        while let last = trail.last, !path.isBelow(last.path) { trail.removeLast() }
        if let folder = renewed, !path.isBelow(folder) { renewed = nil }
        if let place = lost?.path, !path.isBelow(place) { lost = nil }
    }

    /// A folder that the walk goes into.
    func descend(_ path: PathBytes, _ member: ArchiveMember, isStored: Bool) {
        trail.append((path, member, isStored))
    }

    /// Something outside of all folders was written: tar then sets the times of those that it was in, and what comes next in one changes them again.
    func leaveFolders() {
        for index in trail.indices { trail[index].isStored = false }
    }

    /// The member of a folder that is to be written before something in it is, since replacing what it holds changes its time.
    /// - Returns: nil when the archive has it.
    func folderToStore(_ path: PathBytes) -> ArchiveMember? {
        guard let index = trail.lastIndex(where: { $0.path == path }), !trail[index].isStored else { return nil }
        trail[index].isStored = true
        return trail[index].member
    }

    /// Everything in this folder is to be stored.
    func renew(_ path: PathBytes) { if renewed == nil { renewed = path } }

    /// Whether everything here is to be stored.
    var isRenewing: Bool { renewed != nil }

    /// What the parent has here is to stay as it is.
    func lose(_ path: PathBytes, code: Int32) { lost = (path, code) }

    /// Why an entry of the parent stays though the walk did not meet it; nil when it is gone.
    func loss(of path: PathBytes) -> Int32? {
        guard let lost, path == lost.path || path.isBelow(lost.path) else { return nil }
        return lost.code
    }

    /// Whether one look tells that an entry is what the parent has.
    func isSame(_ earlier: ManifestEntry, _ status: FileStatus) -> Bool {
        guard let known = earlier.status, earlier.isTrustworthy, renewed == nil else { return false }
        return known.type == status.type && known.permissions == status.permissions && known.owner == status.owner
            && known.group == status.group && known.isUnchanged(since: status)
    }

    /// Whether it may have changed within the same instant in which the parent looked at it.
    func isRecent(_ status: FileStatus) -> Bool {
        let limit = FileTime(seconds: Int64(parent.started.timeIntervalSince1970) - 2, nanoseconds: 0)
        return max(status.modified, status.changed) >= limit
    }

    /// Remembers what the parent says of the first name of a file with several.
    func pass(_ entry: ManifestEntry) {
        guard let status = entry.status, status.type == .regular, status.linkCount > 1, entry.firstName == nil else { return }
        if firstNames.count < LinkGroups.maximumCount { firstNames[status.identity] = entry }
    }

    /// An entry of the parent that says by itself where its content is, also where it is another name of a file.
    func alone(_ entry: ManifestEntry) -> ManifestEntry {
        guard entry.firstName != nil, let status = entry.status, let first = firstNames[status.identity] else { return entry }
        var line = entry
        line.firstName = nil
        (line.content, line.storedSize, line.isDatabase, line.location) = (
            first.content, first.storedSize, first.isDatabase, first.location
        )
        (line.baseSize, line.patches) = (first.baseSize, first.patches)
        return line
    }
}
