import Glibc

/// What a walk met; every name of the tree that is not inside something left out gives at least one event.
package enum WalkEvent: Sendable {
    /// An entry to store. A folder comes before its content.
    case entry(TreeEntry)
    /// An entry left out, or only the content of one that came right before.
    case skipped(path: PathBytes, reason: SkipReason)
    /// Something could not be looked at; the walk goes on beside it.
    case failed(FileTreeError)
}

/// Why a walk left something out.
package enum SkipReason: String, Sendable, CaseIterable {
    /// A pattern of the settings fits, or the name is one that the caller leaves out.
    case excluded
    /// The file is larger than the settings allow.
    case tooLarge = "larger than larger_than"
    /// A socket means nothing without the process behind it.
    case socket
    /// The content of a mount point.
    case otherFileSystem = "on another file system"
    /// The content of a folder with a valid CACHEDIR.TAG.
    case cacheFolder = "marked as a cache by CACHEDIR.TAG"
    /// A folder that the caller excluded by device and inode.
    case excludedFolder = "the repository itself"
}

/// An entry together with the held folder it was found in.
package struct TreeEntry: Sendable {
    /// Relative to the root of the tree; empty for the root itself.
    package let path: PathBytes
    /// Its name in `parent`.
    package let name: PathBytes
    /// The folder that holds it.
    package let parent: HeldDescriptor
    /// What it was when it was found.
    package let status: FileStatus
    /// Of a folder: itself, open; nil when it could not be opened or must not be entered.
    package let folder: HeldDescriptor?

    /// Opens the content of a regular file.
    /// - Throws: ``FileTreeError/Cause/replaced`` when the name stands for another file by now; a link in its place is not followed.
    package func openContent() throws(FileTreeError) -> HeldDescriptor { try openWithStatus().content }

    /// As ``openContent()``, with what the file is now.
    package func openWithStatus() throws(FileTreeError) -> (content: HeldDescriptor, status: FileStatus) {
        do throws(FileTreeError) {
            let descriptor = try parent.openFile(name)
            let now = try descriptor.status()
            guard now.identity == status.identity, now.type == status.type else { throw FileTreeError("open", path, .replaced) }
            return (descriptor, now)
        } catch {
            // ELOOP: a link took its place.
            throw error.cause == .system(ELOOP) ? FileTreeError("open", path, .replaced) : error.at(path)
        }
    }
}
