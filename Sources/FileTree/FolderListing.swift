import CLinux
import Glibc

/// The next names of a folder, in byte order over all batches, so that two walks of one tree meet everything in one order.
struct FolderListing {
    /// The most names held of one folder at a time, give or take twice; a folder with more is read once for each batch.
    static let maximumNames = 65_536

    /// Without `.` and `..`.
    let names: [PathBytes]
    /// The name to go on after; nil at the end of the folder.
    let resume: PathBytes?

    /// Lists the first names that come after `previous`, or the first of all.
    init(of folder: HeldDescriptor, after previous: PathBytes?, limit: Int = maximumNames) throws(FileTreeError) {
        // A description of its own, so that the held one keeps no position.
        let number = openat(folder.number, ".", LINUX_O_DIRECTORY | LINUX_O_CLOEXEC | O_RDONLY)
        guard number >= 0 else { throw .last("list", PathBytes("")) }
        guard let stream = fdopendir(number) else {
            let error = FileTreeError.last("list", PathBytes(""))
            close(number)
            throw error
        }
        defer { closedir(stream) }
        var first = FirstNames(after: previous, limit: limit)
        errno = 0
        while let entry = readdir(stream) {
            let name = Self.name(of: entry)
            if name.bytes != Self.dot, name.bytes != Self.dotDot { first.take(name) }
            errno = 0
        }
        if errno != 0 { throw .last("list", PathBytes("")) }
        (names, resume) = first.finish()
    }

    /// The smallest of many names.
    private struct FirstNames {
        let after: PathBytes?
        let limit: Int
        private var names: [PathBytes] = []
        /// The largest name of interest, once there are enough.
        private var last: PathBytes?

        init(after: PathBytes?, limit: Int) {
            self.after = after
            self.limit = limit
        }

        mutating func take(_ name: PathBytes) {
            if let after, name <= after { return }
            if let last, name > last { return }
            names.append(name)
            if names.count >= 2 * limit { cut() }
        }

        private mutating func cut() {
            names.sort()
            names.removeLast(names.count - limit)
            last = names.last
        }

        mutating func finish() -> (names: [PathBytes], resume: PathBytes?) {
            if names.count > limit { cut() } else { names.sort() }
            return (names, last == nil ? nil : names.last)
        }
    }

    private static let dot = Array(".".utf8)
    private static let dotDot = Array("..".utf8)

    /// The name may be longer than the struct says, so it is read where it lies.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> PathBytes {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { preconditionFailure("dirent has no d_name") }
        let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: UInt8.self)
        return PathBytes(UnsafeBufferPointer(start: start, count: strlen(UnsafePointer(OpaquePointer(start)))))
    }
}

extension HeldDescriptor {
    /// All names in this folder in byte order, without `.` and `..`; for folders whose size is ours to bound.
    package func names() throws(FileTreeError) -> [PathBytes] {
        var names: [PathBytes] = []
        var resume: PathBytes?
        repeat {
            let listing = try FolderListing(of: self, after: resume)
            names += listing.names
            resume = listing.resume
        } while resume != nil
        return names
    }
}
