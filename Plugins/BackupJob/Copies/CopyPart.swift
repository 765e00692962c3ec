import Archive
import FileTree
import Glibc

/// A file that comes from a copy, hashed as it grows.
final class CopyPart {
    private let path: PathBytes
    private let file: HeldDescriptor
    private let stop: StopFlag
    private let wanted: Int64
    private var hasher = ContentHasher()
    /// Bytes that are there.
    private(set) var size: Int64 = 0
    /// Why it could not grow.
    private(set) var error: CopyError?

    /// Opens what an earlier attempt has left, or a new one.
    /// - Parameter size: of the whole file.
    init(_ name: String, in folder: StoreFolder, size: Int64, stop: StopFlag) throws(CopyError) {
        path = folder.path.appending(PathBytes(name))
        self.stop = stop
        wanted = size
        let number = openat(folder.held.number, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw Self.failure(.last("make", folder.path.appending(PathBytes(name)))) }
        file = HeldDescriptor(adopting: number)
        try readWhatIsThere()
    }

    private func readWhatIsThere() throws(CopyError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: CopySource.pieceSize, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            if stop.isStopped { throw .stopped }
            let read = Result { () throws(FileTreeError) in try file.read(into: buffer, at: size) }
            guard case .success(let count) = read else { throw Self.failure(.last("read", path)) }
            if count == 0 { break }
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += Int64(count)
        }
        if size > wanted { try empty() }
    }

    /// Takes the next bytes; false when that failed, or when more come than the file has.
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard size + Int64(bytes.count) <= wanted else { return false }
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = pwrite(file.number, start, rest.count, off_t(size))
            if count < 0, errno != EINTR {
                error = Self.failure(.last("write", path))
                return false
            }
            guard count > 0 else { continue }
            hasher.update(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            size += Int64(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    /// Brings it to the disk.
    /// - Returns: its checksum.
    func finish() throws(CopyError) -> String {
        guard fsync(file.number) == 0 else { throw Self.failure(.last("write", path)) }
        return hasher.digest.description
    }

    /// Begins anew.
    func empty() throws(CopyError) {
        guard ftruncate(file.number, 0) == 0 else { throw Self.failure(.last("cut", path)) }
        hasher = ContentHasher()
        size = 0
    }

    private static func failure(_ error: FileTreeError) -> CopyError {
        CopyError(.lasting, "\(error)", fix: "check the room and the rights of the folder to fetch to")
    }
}
