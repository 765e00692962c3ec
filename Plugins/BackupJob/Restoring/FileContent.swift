import Archive
import CLinux
import FileTree
import Glibc

/// Content of one file on its way out of an archive, holes left as holes.
struct FileContent {
    /// After so many bytes the kernel is asked to begin with bringing them to the disk.
    private static let stride: Int64 = 8 << 20

    let file: HeldDescriptor
    let content: StoredContent

    /// Writes all of it, beginning with the member that is open.
    /// - Returns: the digest of what was written, holes as zeros.
    func write(from member: PaxReader, stop: StopFlag) throws(BackupError) -> ContentDigest {
        var hasher = ContentHasher()
        let path = content.entry.path
        var begun: Int64 = 0
        try content.read(from: member) { offset, bytes, isHole throws(BackupError) in
            try stop.check()
            hasher.update(bytes)
            if !isHole { try put(bytes, at: offset, path) }
            guard offset - begun >= Self.stride else { return }
            linux_begin_writing_out(file.number, begun, offset - begun)
            begun = offset
        }
        guard ftruncate(file.number, off_t(content.size)) == 0 else { throw .destination(.last("write", path)) }
        return hasher.digest
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int64, _ path: PathBytes) throws(BackupError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(file.number, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .destination(.last("write", path)) }
            done += count
        }
    }
}
