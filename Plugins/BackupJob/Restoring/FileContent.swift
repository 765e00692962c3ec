import Archive
import FileTree
import Glibc

/// Content of one file on its way out of an archive, holes left as holes.
final class FileContent {
    /// Bytes that the file has to have.
    let size: Int64
    private let file: HeldDescriptor
    private let zeros = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    private var hasher = ContentHasher()
    private var position: Int64 = 0

    init(_ file: HeldDescriptor, size: Int64) {
        self.file = file
        self.size = size
        zeros.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        zeros.deallocate()
    }

    /// Of what was written, holes as zeros.
    var digest: ContentDigest { hasher.digest }

    /// Writes all of the member that is open.
    func write(from member: PaxReader, stop: StopFlag, path: PathBytes) throws(BackupError) {
        let result = Result {
            try member.readContent { (offset, bytes) throws(BackupError) in
                try stop.check()
                try put(bytes, at: offset, path)
            }
        }
        switch result {
        case .success: break
        case .failure(let error as BackupError): throw error
        case .failure(let error): throw .damaged(StoreDamage(path: path, reason: "\(error)"))
        }
        guard position <= size else { throw .damaged(StoreDamage(path: path, reason: "it is longer than the manifest says")) }
        hashZeros(size - position)
        guard ftruncate(file.number, off_t(size)) == 0 else { throw .destination(.last("write", path)) }
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int64, _ path: PathBytes) throws(BackupError) {
        guard offset >= position, offset <= size, Int64(bytes.count) <= size - offset else {
            throw .damaged(StoreDamage(path: path, reason: "it is longer than the manifest says"))
        }
        hashZeros(offset - position)
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(file.number, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .destination(.last("write", path)) }
            done += count
        }
        hasher.update(bytes)
        position = offset + Int64(bytes.count)
    }

    private func hashZeros(_ count: Int64) {
        var left = count
        while left > 0 {
            let piece = min(left, Int64(zeros.count))
            hasher.update(UnsafeRawBufferPointer(rebasing: zeros[..<Int(piece)]))
            left -= piece
        }
    }
}
