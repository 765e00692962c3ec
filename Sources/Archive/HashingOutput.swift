import CLinux
import Crypto
import Glibc

/// Writes to an open file and knows the digest and the count of all it wrote.
package final class HashingOutput {
    /// Bytes written so far.
    package private(set) var size: Int64 = 0

    /// After so many bytes the kernel is asked to begin with bringing them to the disk, so that the end has little left to wait for.
    private static let stride: Int64 = 8 << 20

    private let descriptor: Int32
    private var begun: Int64 = 0
    private var hasher = SHA256()

    /// - Parameter descriptor: open for writing; stays its owner's.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Writes all of the bytes.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            guard let start = rest.baseAddress else { break }
            let count = Glibc.write(descriptor, start, rest.count)
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                throw .output(operation: "write", code: errno)
            }
        }
        hasher.update(bufferPointer: bytes)
        size += Int64(bytes.count)
        guard size - begun >= Self.stride else { return }
        linux_begin_writing_out(descriptor, begun, size - begun)
        begun = size
    }

    /// Makes what was written survive a loss of power.
    package func synchronize() throws(ArchiveError) {
        guard fsync(descriptor) == 0 else { throw .output(operation: "synchronise", code: errno) }
    }

    /// The digest of all bytes so far.
    package var digest: ContentDigest { ContentDigest(hasher.finalize()) }
}
