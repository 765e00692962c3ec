import CLinux
import Glibc

extension FileTree {
    /// What a removal did.
    package struct Removal: Sendable {
        /// Names removed, folders included.
        package var removedCount = 0
        /// What stayed, the first ``maximumFailures`` of it; empty when the whole tree is gone.
        package var failures: [FileTreeError] = []

        /// The most failures that are kept.
        package static let maximumFailures = 100

        mutating func note(_ failure: FileTreeError) {
            if failures.count < Self.maximumFailures { failures.append(failure) }
        }
    }

    /// Removes a file or a whole tree, by names in held folders only, iteratively, and never beyond its device and mount.
    ///
    /// Each name is looked at again right before it goes; a link is removed, not followed. What cannot be removed stays and is named. A folder
    /// of ours in it whose mode keeps us from emptying it is opened to its owner first.
    /// - Throws: when the name itself is not there or cannot be looked at.
    package static func remove(_ name: PathBytes, in parent: HeldDescriptor) throws(FileTreeError) -> Removal {
        let status = try parent.status(of: name)
        var remover = TreeRemover(parent: parent, root: status)
        remover.remove(name)
        return remover.result
    }

    /// As `remove(_:in:)`, by the path of the tree; links in front of its last part are followed once, the last part never.
    package static func remove(_ path: PathBytes) throws(FileTreeError) -> Removal {
        guard let name = path.components.last else { throw FileTreeError("remove", path, .system(EBUSY)) }
        var parent = path
        while let last = parent.bytes.last, last == UInt8(ascii: "/") { parent = parent.droppingLast(1) }
        parent = parent.droppingLast(name.bytes.count)
        let folder = try HeldDescriptor.folder(at: parent.isEmpty ? PathBytes(".") : parent)
        do throws(FileTreeError) {
            return try remove(name, in: folder)
        } catch {
            throw error.at(path)
        }
    }
}

/// One removal of a tree.
private struct TreeRemover {
    private let parent: HeldDescriptor
    private let root: FileStatus
    private var chain = FolderChain<Progress>()
    private(set) var result = FileTree.Removal()

    /// Where the emptying of one folder stands.
    private struct Progress {
        var names: [PathBytes] = []
        var next = 0
        /// Names that stayed; a folder is listed again as long as the last pass removed something.
        var kept: Set<PathBytes> = []
        var removedInPass = true
    }

    init(parent: HeldDescriptor, root: FileStatus) {
        self.parent = parent
        self.root = root
    }

    mutating func remove(_ name: PathBytes) {
        take(name, in: parent)
        while var progress = chain.state {
            if progress.next < progress.names.count {
                let name = progress.names[progress.next]
                progress.next += 1
                chain.state = progress
                takeNext(name)
            } else if progress.removedInPass {
                list(progress)
            } else {
                leave()
            }
        }
    }

    private mutating func takeNext(_ name: PathBytes) {
        do throws(FileTreeError) {
            take(name, in: try chain.descriptor())
        } catch {
            keep(name, error)
        }
    }

    /// Lists what is still there; a pass that finds nothing new ends the folder.
    private mutating func list(_ progress: Progress) {
        do throws(FileTreeError) {
            let listing = try FolderListing(of: try chain.descriptor(), after: nil)
            let left = listing.names.filter { !progress.kept.contains($0) }
            chain.state = Progress(names: left, kept: progress.kept, removedInPass: false)
        } catch {
            result.note(error.at(path))
            chain.state = Progress(kept: progress.kept, removedInPass: false)
        }
    }

    private var path: PathBytes {
        chain.names.reduce(PathBytes("")) { $0.appending($1) }
    }

    private mutating func keep(_ name: PathBytes, _ error: FileTreeError) {
        result.note(error.at(path.appending(name)))
        chain.state?.kept.insert(name)
    }

    private mutating func noteRemoved() {
        result.removedCount += 1
        chain.state?.removedInPass = true
    }

    /// Removes a file, or goes down into a folder.
    private mutating func take(_ name: PathBytes, in folder: HeldDescriptor) {
        do throws(FileTreeError) {
            let status = try folder.status(of: name)
            guard status.identity.device == root.identity.device, status.mount == root.mount else {
                throw FileTreeError("remove", name, .anotherFileSystem)
            }
            guard status.type == .folder else {
                try unlink(name, in: folder, flags: 0)
                return noteRemoved()
            }
            _ = LiftedMode(name, in: folder, status, to: 0o700)
            guard let inner = try openUnlessEmpty(name, in: folder) else { return noteRemoved() }
            guard try inner.status().identity == status.identity else { throw FileTreeError("remove", name, .replaced) }
            chain.push(name, inner, status.identity, state: Progress())
        } catch {
            keep(name, error)
        }
    }

    /// Opens a folder; one of somebody else that may not be looked at goes right away when it is empty, and gives nil.
    private func openUnlessEmpty(_ name: PathBytes, in folder: HeldDescriptor) throws(FileTreeError) -> HeldDescriptor? {
        do throws(FileTreeError) {
            return try folder.openFolder(name)
        } catch {
            guard error.code == EACCES, name.withCString({ unlinkat(folder.number, $0, AT_REMOVEDIR) }) == 0 else { throw error }
            return nil
        }
    }

    /// Removes the emptied folder from the one above, if it is still the same.
    private mutating func leave() {
        guard let (name, identity) = chain.last else { return }
        let hasKept = chain.state?.kept.isEmpty == false
        chain.pop()
        do throws(FileTreeError) {
            let above = chain.depth == 0 ? parent : try chain.descriptor()
            guard try above.status(of: name).identity == identity else { throw FileTreeError("remove", name, .replaced) }
            try unlink(name, in: above, flags: AT_REMOVEDIR)
            noteRemoved()
        } catch {
            // What made the folder stay is named already.
            if hasKept, error.code == ENOTEMPTY {
                chain.state?.kept.insert(name)
            } else {
                keep(name, error)
            }
        }
    }

    private func unlink(_ name: PathBytes, in folder: HeldDescriptor, flags: Int32) throws(FileTreeError) {
        let result = name.withCString { unlinkat(folder.number, $0, flags) }
        guard result == 0 else { throw .last("remove", name) }
    }
}
