import Archive
import FileTree
import Glibc

/// A tree that is there beside the list of a point, both in one order: what a restore would make of it, path by path.
struct TreeComparison {
    /// What becomes of a path.
    enum Word: String, CaseIterable {
        /// It is not there yet.
        case created
        /// It is there, and something about it differs.
        case replaced
        /// It is there as the point has it.
        case same
        /// It is there, and the point does not have it.
        case extra
    }

    /// Something in the tree that a swap may not carry away.
    struct Obstacle {
        let path: PathBytes
        let isMount: Bool
    }

    /// Paths of each word.
    struct Counts {
        private(set) var numbers: [Word: Int] = [:]
        var obstacles: [Obstacle] = []

        subscript(word: Word) -> Int { numbers[word] ?? 0 }
        mutating func count(_ word: Word) { numbers[word, default: 0] += 1 }
    }

    /// Of the list, what lies here.
    let prefix: PathBytes
    /// Whether owners can be as they were.
    let comparesOwners: Bool
    let comparesAttributes: Bool
    let excluded: Set<FileIdentity>
    let stop: StopFlag
    /// Told of each path, as in the manifest.
    let tell: (Word, PathBytes, ManifestEntry?) -> Void
    /// Told of what cannot be looked at, with all that is in it.
    var tellUnseen: (FileTreeError) -> Void = { _ in }

    /// Compares.
    /// - Parameter name: nil when there is nothing.
    func compare(_ name: PathBytes?, in parent: HeldDescriptor, with manifest: ManifestReader) throws(BackupError) -> Counts {
        var counts = Counts()
        do throws(BackupError) {
            let listing = try Self.listing(manifest)
            if let name { try walk(name, in: parent, beside: listing, &counts) }
            try listing.finish { entry throws(BackupError) in noteMissing(entry, &counts) }
        } catch {
            guard case .parent(let damage) = error else { throw error }
            throw .damaged(damage)
        }
        return counts
    }

    private static func listing(_ manifest: ManifestReader) throws(BackupError) -> ParentListing {
        do throws(StoreDamage) {
            return try ParentListing(manifest)
        } catch {
            throw .damaged(error)
        }
    }

    private func walk(
        _ name: PathBytes, in parent: HeldDescriptor, beside listing: ParentListing, _ counts: inout Counts
    ) throws(BackupError) {
        var walk = try walk(of: name, in: parent)
        var last: PathBytes?
        while let event = walk.next() {
            try stop.check()
            switch event {
            case .entry(let entry):
                last = entry.path
                let known = try known(at: entry.path, listing, &counts)
                let isSame = try known.map { known throws(BackupError) in try self.isSame(known, entry) }
                note(isSame.map { $0 ? .same : .replaced } ?? .extra, entry.path, known, &counts)
            case .skipped(let path, .otherFileSystem): counts.obstacles.append(Obstacle(path: path, isMount: true))
            case .skipped(let path, .excludedFolder): counts.obstacles.append(Obstacle(path: path, isMount: false))
            case .skipped(let path, .socket), .skipped(let path, .excluded), .skipped(let path, .tooLarge),
                .skipped(let path, .cacheFolder):
                note(.extra, path, try known(at: path, listing, &counts), &counts)
            case .failed(let error):
                tellUnseen(error.at(prefix.appending(error.path)))
                // A folder that may not be opened was met before, as an entry.
                if error.path == last { continue }
                // What cannot be looked at is replaced like everything else.
                let known = try known(at: error.path, listing, &counts)
                note(known == nil ? .extra : .replaced, error.path, known, &counts)
            }
        }
    }

    private func walk(of name: PathBytes, in parent: HeldDescriptor) throws(BackupError) -> TreeWalk {
        var options = WalkOptions()
        options.oneFileSystem = true
        options.excludedFolders = excluded
        do throws(FileTreeError) {
            return try TreeWalk(of: name, in: parent, options: options)
        } catch {
            throw .destination(error)
        }
    }

    /// What the point has of a path; nil also when that is not in its archives.
    private func known(at path: PathBytes, _ listing: ParentListing, _ counts: inout Counts) throws(BackupError) -> ManifestEntry? {
        let entry = try listing.advance(to: prefix.appending(path)) { entry throws(BackupError) in noteMissing(entry, &counts) }
        return entry?.location == nil ? nil : entry
    }

    private func noteMissing(_ entry: ManifestEntry, _ counts: inout Counts) {
        guard entry.location != nil, entry.path == prefix || entry.path.isBelow(prefix) else { return }
        counts.count(.created)
        tell(.created, entry.path, entry)
    }

    private func note(_ word: Word, _ path: PathBytes, _ entry: ManifestEntry?, _ counts: inout Counts) {
        counts.count(word)
        tell(word, prefix.appending(path), entry)
    }

    /// Status first; attributes and content only where that is the same.
    private func isSame(_ known: ManifestEntry, _ entry: TreeEntry) throws(BackupError) -> Bool {
        let status = entry.status
        guard let stored = known.status, stored.type == status.type, stored.permissions == status.permissions,
            stored.modified == status.modified,
            !comparesOwners || (stored.owner == status.owner && stored.group == status.group)
        else { return false }
        do throws(FileTreeError) {
            if comparesAttributes, known.firstName == nil, known.state != .incomplete, try attributes(of: entry) != known.metadata {
                return false
            }
            switch status.type {
            case .symbolicLink: return try entry.parent.linkTarget(entry.name) == known.target
            case .regular: return try hasSameContent(known, entry, stored)
            case .folder, .fifo, .characterDevice, .blockDevice, .socket: return true
            }
        } catch {
            return false
        }
    }

    private func attributes(of entry: TreeEntry) throws(FileTreeError) -> ContentDigest? {
        let found: ExtendedAttributes
        if let folder = entry.folder {
            found = try ExtendedAttributes(of: folder)
        } else if entry.status.type == .regular {
            found = try ExtendedAttributes(of: try entry.openContent())
        } else {
            found = try ExtendedAttributes(of: entry.name, in: entry.parent)
        }
        return found.isEmpty ? nil : MemberBuilder.digest(of: found)
    }

    private func hasSameContent(_ known: ManifestEntry, _ entry: TreeEntry, _ stored: FileStatus) throws(FileTreeError) -> Bool {
        // Another name of a file says nothing of its content by itself: its first name does.
        guard let content = known.content else { return entry.status.size == known.storedSize ?? stored.size || known.firstName != nil }
        guard entry.status.size == known.storedSize ?? stored.size else { return false }
        return try StoredFileCheck.digest(of: try entry.openContent()).digest == content
    }
}
