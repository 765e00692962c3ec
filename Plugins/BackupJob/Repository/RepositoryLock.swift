import FileTree
import Glibc
import JobKit

/// The one lock of a repository: an `flock` that the kernel frees with the process, however it ends. Nobody ever unlocks by hand.
struct RepositoryLock: Sendable {
    /// Bytes of the holder's description that a refused run quotes.
    private static let holderLimit = 512
    private let file: HeldDescriptor

    /// Takes the lock without waiting.
    /// - Parameter holder: what a refused second run tells of us.
    init(in folder: StoreFolder, holder: String) throws(BackupError) {
        let number = openat(folder.held.number, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .repository(.last("open", folder.path.appending(PathBytes("lock")))) }
        file = HeldDescriptor(adopting: number)
        guard file.lock(.exclusive) else {
            if errno == EWOULDBLOCK { throw .refused(Self.busy(folder, file)) }
            throw .repository(.last("lock", folder.path.appending(PathBytes("lock"))))
        }
        do throws(BackupError) {
            try describe(holder, in: folder)
        } catch {
            // The lock is ours without the text, and whoever removes points makes room.
            guard error.isFull else { throw error }
        }
    }

    private func describe(_ holder: String, in folder: StoreFolder) throws(BackupError) {
        let text = Array((holder + "\n").utf8.prefix(Self.holderLimit))
        let written = text.withUnsafeBytes { bytes in bytes.baseAddress.map { pwrite(file.number, $0, bytes.count, 0) } ?? 0 }
        guard written == text.count, ftruncate(file.number, off_t(text.count)) == 0 else {
            throw .repository(.last("write", folder.path.appending(PathBytes("lock"))))
        }
    }

    private static func busy(_ folder: StoreFolder, _ file: HeldDescriptor) -> JobFailure {
        var holder = "another run"
        do throws(FileTreeError) {
            let text = String(decoding: try file.read(holderLimit), as: UTF8.self)
            if let line = text.split(separator: "\n").first { holder = String(line) }
        } catch {
            holder = "another run (\(error))"
        }
        return JobFailure(
            "the repository \(folder.path) is busy: \(holder) is writing to it", in: "lock",
            fix: "wait for that run to end, or put both jobs into one group: so that they queue", retry: .mayHelp)
    }
}
