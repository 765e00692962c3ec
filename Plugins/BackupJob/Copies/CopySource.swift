import Archive
import FileTree

/// A file of the repository that is to be sent, and what its record says of it.
final class CopySource {
    /// Bytes that are read or sent at once.
    static let pieceSize = 1 << 20

    let size: Int64
    let sha256: String
    /// For messages.
    let path: PathBytes
    private let file: HeldDescriptor
    private let stop: StopFlag

    init(_ file: HeldDescriptor, path: PathBytes, size: Int64, sha256: String, stop: StopFlag) {
        self.file = file
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.stop = stop
    }

    /// Reads some bytes; fewer than asked for only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(CopyError) -> Int {
        if stop.isStopped { throw .stopped }
        do throws(FileTreeError) {
            return try file.read(into: buffer, at: offset)
        } catch {
            throw CopyError(.damagedHere, "\(error.at(path))", fix: "check the disk that holds the repository")
        }
    }

    /// Some bytes of it.
    func bytes(_ range: Range<Int64>) throws(CopyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound))
        let count = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(CopyError) in try read(into: buffer, at: range.lowerBound) }
        }
        return Array(bytes.prefix(try count.get()))
    }

    /// Adds bytes to a hash.
    func hash(_ range: Range<Int64>, into hasher: inout ContentHasher) throws(CopyError) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let piece = try bytes(offset..<min(offset + Int64(Self.pieceSize), range.upperBound))
            guard !piece.isEmpty else { throw damage("it is shorter than \(size) bytes") }
            piece.withUnsafeBytes { hasher.update($0) }
            offset += Int64(piece.count)
        }
    }

    /// Says whether what was read is what the record says.
    func check(_ digest: ContentDigest) throws(CopyError) {
        guard digest.description == sha256 else { throw damage("its checksum is not that of its record") }
    }

    func damage(_ reason: String) -> CopyError {
        CopyError(
            .damagedHere, "\(path) cannot be used: \(reason)",
            fix: "restore that file from another copy of the repository, and run a full backup")
    }
}

/// Hashes a file while a transfer reads it from the front, and keeps why that failed: libcurl's callbacks can throw nothing.
final class CopyReader {
    private let source: CopySource
    private var offset: Int64
    private var hasher = ContentHasher()
    private(set) var error: CopyError?

    /// - Parameter offset: bytes that the other side has; they are read and hashed here only.
    init(_ source: CopySource, from offset: Int64) throws(CopyError) {
        self.source = source
        self.offset = offset
        try source.hash(0..<offset, into: &hasher)
    }

    /// - Returns: bytes; 0 at the end; nil when it cannot go on.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        do throws(CopyError) {
            // What was appended since the record was written is not the file's.
            let wanted = Int(min(Int64(buffer.count), source.size - offset))
            guard wanted > 0 else { return 0 }
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
            let count = try source.read(into: piece, at: offset)
            guard count > 0 else { throw source.damage("it is shorter than \(source.size) bytes") }
            hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += Int64(count)
            return count
        } catch {
            self.error = error
            return nil
        }
    }

    /// At the end: whether the file was what its record says.
    func check() throws(CopyError) {
        if let error { throw error }
        try source.check(hasher.digest)
    }
}
