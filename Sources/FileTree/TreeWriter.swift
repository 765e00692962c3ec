import CLinux
import Glibc

/// Makes a tree of files in a folder of ours, in the order of a walk, through held descriptors only: no link is followed and nothing
/// outside is reached, whatever the names say. What is there already is an error.
package struct TreeWriter {
    private var chain = FolderChain<EntryMetadata?>()
    /// Path of the chain's last folder, relative to the root.
    private var path = PathBytes("")
    /// Folders in which nothing more is made, from the deepest up.
    private var left: [(folder: HeldDescriptor, path: PathBytes, metadata: EntryMetadata)] = []
    private let root: HeldDescriptor
    private let keepsOwners: Bool
    /// Attributes that could not be set, with their entries: this user or this file system may not have them.
    package private(set) var refused: [(path: PathBytes, attribute: PathBytes)] = []

    /// - Parameters:
    ///   - root: an empty folder that nobody else may write to.
    ///   - keepsOwners: whether what is made stays ours: only root may give files away.
    package init(root: HeldDescriptor, keepsOwners: Bool) throws(FileTreeError) {
        self.root = root
        self.keepsOwners = keepsOwners
        chain.push(PathBytes("/"), root, try root.status().identity, state: nil)
    }

    /// Makes a folder; it gets its metadata by ``settle()``, when everything in it is made.
    package mutating func makeFolder(_ path: PathBytes, _ metadata: EntryMetadata?) throws(FileTreeError) {
        try leave(to: path.parent)
        try enter(path, metadata)
    }

    /// Where an entry is to be made: its folder, made with all above it where it is not there yet, and its name in it.
    /// What is made there by others has to be whole before ``settle()``.
    package mutating func place(of path: PathBytes) throws(FileTreeError) -> (folder: HeldDescriptor, name: PathBytes) {
        guard let name = path.components.last, name.bytes != Array("..".utf8), name.bytes != Array(".".utf8) else {
            throw FileTreeError("make", path, .system(EINVAL))
        }
        try leave(to: path.parent)
        return (try chain.descriptor(), name)
    }

    /// Makes an empty file.
    /// - Parameter permissions: that it is to have in the end.
    /// - Returns: it, open for writing; ``finish(_:_:_:)`` has to follow.
    package mutating func makeFile(_ path: PathBytes, _ permissions: UInt32) throws(FileTreeError) -> HeldDescriptor {
        let (folder, name) = try place(of: path)
        do throws(FileTreeError) {
            return try folder.makeFile(name, permissions)
        } catch {
            throw error.at(path)
        }
    }

    /// Gives a file that was written its metadata, and its bytes to the disk.
    package mutating func finish(_ file: HeldDescriptor, _ path: PathBytes, _ metadata: EntryMetadata) throws(FileTreeError) {
        do throws(FileTreeError) {
            for name in try metadata.apply(to: file, keepsOwner: keepsOwners) { refused.append((path, name)) }
        } catch {
            throw error.at(path)
        }
    }

    /// Makes a symbolic link.
    package mutating func makeLink(_ path: PathBytes, to target: PathBytes, _ metadata: EntryMetadata) throws(FileTreeError) {
        let (folder, name) = try place(of: path)
        let made = target.withCString { target in name.withCString { symlinkat(target, folder.number, $0) } }
        guard made == 0 else { throw .last("make the link", path) }
        try apply(metadata, to: name, in: folder, path, isLink: true)
    }

    /// Makes another name of a file that was made before.
    package mutating func makeName(_ path: PathBytes, of first: PathBytes) throws(FileTreeError) {
        let (folder, name) = try place(of: path)
        let number = first.withCString { linux_openat2(root.number, $0, Self.pathOnly, 0, Self.beneath) }
        guard number >= 0 else { throw .last("find", first) }
        let held = HeldDescriptor(adopting: number)
        let made = name.withCString { linkat(AT_FDCWD, "/proc/self/fd/\(held.number)", folder.number, $0, AT_SYMLINK_FOLLOW) }
        guard made == 0 else { throw .last("make the name", path) }
    }

    private static let pathOnly = UInt64(LINUX_O_PATH | LINUX_O_NOFOLLOW | LINUX_O_CLOEXEC)
    /// RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS of openat2(2).
    private static let beneath: UInt64 = 0x08 | 0x04 | 0x02

    /// Makes a FIFO or a device.
    package mutating func makeNode(
        _ path: PathBytes, _ type: EntryType, _ device: (major: UInt32, minor: UInt32), _ metadata: EntryMetadata
    ) throws(FileTreeError) {
        let (folder, name) = try place(of: path)
        let bits: UInt32 =
            switch type {
            case .fifo: 0o010000
            case .characterDevice: 0o020000
            case .blockDevice: 0o060000
            case .regular, .folder, .symbolicLink, .socket: preconditionFailure("\(type) is no node")
            }
        let number = linux_makedev(device.major, device.minor)
        guard name.withCString({ mknodat(folder.number, $0, mode_t(bits | 0o600), number) }) == 0 else { throw .last("make", path) }
        try apply(metadata, to: name, in: folder, path, isLink: false)
    }

    /// Whether so many folders wait for ``settle()`` that it is time for it: each holds a descriptor.
    package var isCrowded: Bool { left.count >= 64 }

    /// Gives the folders that were left their metadata.
    package mutating func settle() throws(FileTreeError) {
        for (folder, path, metadata) in left {
            do throws(FileTreeError) {
                for name in try metadata.apply(to: folder, keepsOwner: keepsOwners) { refused.append((path, name)) }
            } catch {
                throw error.at(path)
            }
        }
        left = []
    }

    /// Leaves all folders; the tree is complete then.
    package mutating func finish() throws(FileTreeError) {
        try leave(to: PathBytes(""))
        try settle()
    }

    private mutating func apply(
        _ metadata: EntryMetadata, to name: PathBytes, in folder: HeldDescriptor, _ path: PathBytes, isLink: Bool
    ) throws(FileTreeError) {
        do throws(FileTreeError) {
            for key in try metadata.apply(to: name, in: folder, isLink: isLink, keepsOwner: keepsOwners) { refused.append((path, key)) }
        } catch {
            throw error.at(path)
        }
    }

    /// Goes up until `folder` is the last one or above it, and down to it.
    private mutating func leave(to folder: PathBytes) throws(FileTreeError) {
        while !path.isEmpty, path != folder, !folder.isBelow(path) { try leave() }
        while path != folder {
            let below = PathBytes(folder.bytes.dropFirst(path.bytes.count).drop { $0 == UInt8(ascii: "/") })
            guard let name = below.components.first else { break }
            try enter(path.appending(name), nil)
        }
    }

    private mutating func enter(_ path: PathBytes, _ metadata: EntryMetadata?) throws(FileTreeError) {
        let parent = try chain.descriptor()
        guard let name = path.components.last, name.bytes != Array("..".utf8), name.bytes != Array(".".utf8) else {
            throw FileTreeError("make the folder", path, .system(EINVAL))
        }
        guard name.withCString({ mkdirat(parent.number, $0, 0o700) }) == 0 else { throw .last("make the folder", path) }
        do throws(FileTreeError) {
            let folder = try parent.openFolder(name)
            chain.push(name, folder, try folder.status().identity, state: metadata)
        } catch {
            throw error.at(path)
        }
        self.path = path
    }

    private mutating func leave() throws(FileTreeError) {
        if let metadata = chain.state ?? nil { left.append((try chain.descriptor(), path, metadata)) }
        up()
    }

    private mutating func up() {
        chain.pop()
        path = path.parent
    }
}
