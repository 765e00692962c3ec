import Archive
import FileTree
import Glibc

/// Compares files of the repository with what a record says of them.
enum StoredFileCheck {
    private static let pieceSize = 1 << 20

    /// Reads a whole file.
    /// - Parameters:
    ///   - stop: ends the reading with an error.
    ///   - each: told of the size of each piece.
    static func digest(
        of file: HeldDescriptor, stop: StopFlag? = nil, each: (Int) -> Void = { _ in }
    ) throws(FileTreeError) -> (size: Int64, digest: ContentDigest) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 4096)
        defer { buffer.deallocate() }
        var hasher = ContentHasher()
        var size: Int64 = 0
        while true {
            if stop?.isStopped == true { throw FileTreeError("read", PathBytes(""), .system(ECANCELED)) }
            let count = try file.read(into: buffer, at: size)
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += Int64(count)
            each(count)
            if count < buffer.count { return (size, hasher.digest) }
        }
    }
}
