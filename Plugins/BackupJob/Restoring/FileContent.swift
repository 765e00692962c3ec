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
        var end: Int64 = 0
        try content.read(from: member) { offset, bytes, isHole throws(BackupError) in
            try stop.check()
            hasher.update(bytes)
            if !isHole {
                try put(bytes, at: offset, path)
                end = offset + Int64(bytes.count)
            }
            guard offset - begun >= Self.stride else { return }
            linux_begin_writing_out(file.number, begun, offset - begun)
            begun = offset
        }
        // Only where the end is a hole: it costs ext4 as much as making a file.
        guard end == content.size || ftruncate(file.number, off_t(content.size)) == 0 else { throw .destination(.last("write", path)) }
        return hasher.digest
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int64, _ path: PathBytes) throws(BackupError) {
        do throws(FileTreeError) {
            try file.write(bytes, at: offset)
        } catch {
            throw .destination(error.at(path))
        }
    }
}
