import Glibc

/// Goes through a tree without following a link, in byte order, one event at a time.
///
/// Iterative: depth costs no stack, and only ``FolderChain/maximumOpen`` descriptors. One bad folder or file is an event, never the end.
package struct TreeWalk {
    private let options: WalkOptions
    private var pending: [WalkEvent] = []
    private var chain = FolderChain<Cursor>()
    /// Path of the chain's last folder.
    private var path = PathBytes("")
    /// Path lengths of the folders above it.
    private var lengths: [Int] = []
    private let rootStatus: FileStatus

    /// Where the reading of one folder stands.
    private struct Cursor {
        var names: [PathBytes] = []
        var next = 0
        var resume: PathBytes?
        var isRead = false
    }

    /// Device and inode of the root, for the record.
    package var rootIdentity: FileIdentity { rootStatus.identity }

    /// Opens the root, which may be of any type.
    /// - Parameter root: an absolute path; links in it are followed once, now.
    /// - Throws: when the root is not there or cannot be looked at.
    package init(root: PathBytes, options: WalkOptions) throws(FileTreeError) {
        let (parent, name) = try FileTree.locate(root)
        do throws(FileTreeError) {
            try self.init(of: name, in: parent, options: options)
        } catch {
            throw error.at(root)
        }
    }

    /// Begins at a name in a held folder; a link there is the whole tree, and is not followed.
    package init(of name: PathBytes, in parent: HeldDescriptor, options: WalkOptions) throws(FileTreeError) {
        self.options = options
        rootStatus = try parent.status(of: name)
        pending = visit(name, in: parent, at: PathBytes(""), isRoot: true)
    }

    /// The next event; nil at the end.
    package mutating func next() -> WalkEvent? {
        while pending.isEmpty {
            guard var cursor = chain.state else { return nil }
            if cursor.next < cursor.names.count {
                let name = cursor.names[cursor.next]
                cursor.next += 1
                chain.state = cursor
                step(to: name)
            } else if cursor.isRead {
                leave()
            } else {
                readOn(cursor)
            }
        }
        return pending.removeFirst()
    }

    private mutating func step(to name: PathBytes) {
        let entryPath = path.appending(name)
        do throws(FileTreeError) {
            pending += visit(name, in: try chain.descriptor(), at: entryPath, isRoot: false)
        } catch {
            pending.append(.failed(error.at(path)))
            abandonFolder()
        }
    }

    /// The folder itself is lost: its remaining names cannot be reached.
    private mutating func abandonFolder() {
        chain.state = Cursor(isRead: true)
    }

    private mutating func readOn(_ cursor: Cursor) {
        do throws(FileTreeError) {
            let listing = try FolderListing(of: try chain.descriptor(), after: cursor.resume)
            chain.state = Cursor(names: listing.names, resume: listing.resume, isRead: listing.resume == nil)
        } catch {
            pending.append(.failed(error.at(path)))
            abandonFolder()
        }
    }

    private mutating func leave() {
        chain.pop()
        path = PathBytes(path.bytes.prefix(lengths.removeLast()))
    }

    private mutating func enter(_ name: PathBytes, _ folder: HeldDescriptor, _ identity: FileIdentity, at folderPath: PathBytes) {
        chain.push(name, folder, identity, state: Cursor())
        lengths.append(path.bytes.count)
        path = folderPath
    }

    /// Looks at one name; enters it when it is a folder to be entered.
    private mutating func visit(_ name: PathBytes, in parent: HeldDescriptor, at entryPath: PathBytes, isRoot: Bool) -> [WalkEvent] {
        do throws(FileTreeError) {
            let status = try parent.status(of: name)
            if let reason = reasonToSkip(name, status, at: entryPath, isRoot: isRoot) { return [.skipped(path: entryPath, reason: reason)] }
            let plain = TreeEntry(path: entryPath, name: name, parent: parent, status: status, folder: nil)
            if isElsewhere(status) {
                let skipped = WalkEvent.skipped(path: entryPath, reason: .otherFileSystem)
                return status.type == .folder ? [.entry(plain), skipped] : [skipped]
            }
            guard status.type == .folder else { return [.entry(plain)] }
            return openAndEnter(plain)
        } catch {
            return [.failed(error.at(entryPath))]
        }
    }

    private func reasonToSkip(_ name: PathBytes, _ status: FileStatus, at entryPath: PathBytes, isRoot: Bool) -> SkipReason? {
        let isFolder = status.type == .folder
        if isFolder, options.excludedFolders.contains(status.identity) { return .excludedFolder }
        if status.type == .socket { return .socket }
        if isRoot { return nil }
        if options.leavesOut?(name) == true || options.exclude.exclude(entryPath, isFolder: isFolder) { return .excluded }
        if let limit = options.largerThan, status.type == .regular, status.size > limit { return .tooLarge }
        return nil
    }

    private func isElsewhere(_ status: FileStatus) -> Bool {
        guard options.oneFileSystem else { return false }
        return status.identity.device != rootStatus.identity.device || status.mount != rootStatus.mount
    }

    private mutating func openAndEnter(_ plain: TreeEntry) -> [WalkEvent] {
        let folder: HeldDescriptor
        do throws(FileTreeError) {
            folder = try plain.parent.openFolder(plain.name)
            guard try folder.status().identity == plain.status.identity else { throw FileTreeError("open", plain.path, .replaced) }
        } catch {
            let replaced = error.code == ELOOP || error.code == ENOTDIR
            let named = replaced ? FileTreeError("open", plain.path, .replaced) : error.at(plain.path)
            return named.cause == .replaced || named.code == ENOENT ? [.failed(named)] : [.entry(plain), .failed(named)]
        }
        let entry = TreeEntry(path: plain.path, name: plain.name, parent: plain.parent, status: plain.status, folder: folder)
        if options.excludeCaches, CacheTag.marks(folder) {
            return [.entry(entry), .skipped(path: plain.path, reason: .cacheFolder)]
        }
        enter(plain.name, folder, plain.status.identity, at: plain.path)
        return [.entry(entry)]
    }
}
