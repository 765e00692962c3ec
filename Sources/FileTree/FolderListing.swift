import CLinux
import Glibc

/// The next names of a folder, in byte order within the batch.
struct FolderListing {
    /// The most names held of one folder at a time; a folder with more is listed in several batches.
    static let maximumNames = 65_536

    /// Without `.` and `..`.
    let names: [PathBytes]
    /// Where to go on; nil at the end of the folder.
    let resume: Int?

    /// Reads from `resume`, or from the start.
    init(of folder: HeldDescriptor, from resume: Int?, limit: Int = maximumNames) throws(FileTreeError) {
        // A description of its own, so that the held one keeps no position.
        let number = openat(folder.number, ".", LINUX_O_DIRECTORY | LINUX_O_CLOEXEC | O_RDONLY)
        guard number >= 0 else { throw .last("list", PathBytes("")) }
        guard let stream = fdopendir(number) else {
            let error = FileTreeError.last("list", PathBytes(""))
            close(number)
            throw error
        }
        defer { closedir(stream) }
        if let resume { seekdir(stream, resume) }
        var names: [PathBytes] = []
        while names.count < limit {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw .last("list", PathBytes("")) }
                self.names = names.sorted()
                self.resume = nil
                return
            }
            let name = Self.name(of: entry)
            if name.bytes != Self.dot, name.bytes != Self.dotDot { names.append(name) }
        }
        self.names = names.sorted()
        self.resume = telldir(stream)
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
        var resume: Int?
        repeat {
            let listing = try FolderListing(of: self, from: resume)
            names += listing.names
            resume = listing.resume
        } while resume != nil
        return names.sorted()
    }
}
