import Archive
import FileTree

/// The parent's manifest beside the walk of the tree, both in one order, so that neither has to be in memory.
final class ParentListing {
    private let manifest: ManifestReader
    private var nextEntry: ManifestEntry?

    /// - Throws: when it cannot be read, or is not in the order of a walk from the start.
    init(_ manifest: ManifestReader) throws(StoreDamage) {
        self.manifest = manifest
        nextEntry = try readOn(after: nil)
    }

    /// Goes on to a path.
    /// - Parameter gone: takes the parent's entries in front of it, which the walk did not meet.
    /// - Returns: what the parent says of the path; nil when it does not know it.
    func advance(to path: PathBytes, gone: (ManifestEntry) throws(BackupError) -> Void) throws(BackupError) -> ManifestEntry? {
        while let entry = nextEntry, entry.path.isWalked(before: path) {
            try gone(entry)
            try step()
        }
        guard let entry = nextEntry, entry.path == path else { return nil }
        try step()
        return entry
    }

    /// Hands out all that is left.
    func finish(gone: (ManifestEntry) throws(BackupError) -> Void) throws(BackupError) {
        while let entry = nextEntry {
            try gone(entry)
            try step()
        }
    }

    private func step() throws(BackupError) {
        do throws(StoreDamage) {
            nextEntry = try readOn(after: nextEntry?.path)
        } catch {
            throw .parent(error)
        }
    }

    /// The next entry of a tree; lines that only tell of something that could not be looked at are none.
    private func readOn(after path: PathBytes?) throws(StoreDamage) -> ManifestEntry? {
        while let entry = try manifest.next() {
            if entry.status == nil { continue }
            if let path, !path.isWalked(before: entry.path) { throw manifest.damage("\(entry.path) is out of order") }
            return entry
        }
        return nil
    }
}
