import CLinux
import Glibc
import Synchronization

/// An open file or folder, closed when the last holder lets go.
///
/// Everything below a folder is reached by a name in a held folder, never by a path, and no link is ever followed.
package final class HeldDescriptor: Sendable {
    /// The number for system calls that this type does not offer.
    package let number: Int32
    private let isLocked = Atomic<Bool>(false)

    /// Takes over an open descriptor.
    package init(adopting number: Int32) {
        self.number = number
    }

    deinit {
        // Closing alone is not enough: a child between its fork and its exec holds a copy of the descriptor, and with it the lock.
        if isLocked.load(ordering: .acquiring) { flock(number, LOCK_UN) }
        close(number)
    }

    /// Whom a lock shuts out.
    package enum LockMode {
        /// Those who want it alone.
        case shared
        /// All others.
        case exclusive

        fileprivate var operation: Int32 { self == .shared ? LOCK_SH : LOCK_EX }
    }

    /// Takes the `flock` of what is open, without waiting; it ends with ``unlock()``, with this value, or with the process, however that ends.
    /// - Returns: whether it is ours; `errno` says why not, `EWOULDBLOCK` that somebody else has it.
    package func lock(_ mode: LockMode) -> Bool {
        guard flock(number, mode.operation | LOCK_NB) == 0 else { return false }
        isLocked.store(true, ordering: .releasing)
        return true
    }

    /// Gives the lock back.
    package func unlock() {
        isLocked.store(false, ordering: .releasing)
        flock(number, LOCK_UN)
    }

    /// Opens a folder by its whole path, links in it followed: for roots that an operator named.
    package static func folder(at path: PathBytes) throws(FileTreeError) -> HeldDescriptor {
        let number = path.withCString { Glibc.open($0, LINUX_O_DIRECTORY | LINUX_O_CLOEXEC | O_RDONLY) }
        guard number >= 0 else { throw .last("open", path) }
        return HeldDescriptor(adopting: number)
    }

    /// Opens a folder in this folder.
    package func openFolder(_ name: PathBytes) throws(FileTreeError) -> HeldDescriptor {
        try open(name, flags: LINUX_O_DIRECTORY)
    }

    /// Opens a file in this folder for reading; never waits for the other end of a FIFO.
    package func openFile(_ name: PathBytes) throws(FileTreeError) -> HeldDescriptor {
        try open(name, flags: O_NONBLOCK | O_NOCTTY)
    }

    /// Makes an empty file in this folder, which must not have the name yet.
    /// - Parameter permissions: of these the process's mask and what is beyond 0o777 are left out.
    /// - Returns: it, open for writing.
    package func makeFile(_ name: PathBytes, _ permissions: UInt32) throws(FileTreeError) -> HeldDescriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | LINUX_O_NOFOLLOW | LINUX_O_CLOEXEC
        let descriptor = name.withCString { openat(number, $0, flags, mode_t(permissions & 0o777)) }
        guard descriptor >= 0 else { throw .last("make", name) }
        return HeldDescriptor(adopting: descriptor)
    }

    /// Opens without touching the access time where the owner of the file allows it to us.
    private func open(_ name: PathBytes, flags: Int32) throws(FileTreeError) -> HeldDescriptor {
        let all = flags | O_RDONLY | LINUX_O_NOFOLLOW | LINUX_O_CLOEXEC
        var descriptor = name.withCString { openat(number, $0, all | LINUX_O_NOATIME) }
        if descriptor < 0, errno == EPERM {
            descriptor = name.withCString { openat(number, $0, all) }
        }
        guard descriptor >= 0 else { throw .last("open", name) }
        return HeldDescriptor(adopting: descriptor)
    }

    /// What this descriptor itself is.
    package func status() throws(FileTreeError) -> FileStatus {
        try status(PathBytes(""), flags: LINUX_AT_EMPTY_PATH)
    }

    /// What a name in this folder stands for; a link stands for itself.
    package func status(of name: PathBytes) throws(FileTreeError) -> FileStatus {
        try status(name, flags: LINUX_AT_SYMLINK_NOFOLLOW | LINUX_AT_NO_AUTOMOUNT)
    }

    private func status(_ name: PathBytes, flags: Int32) throws(FileTreeError) -> FileStatus {
        var raw = statx()
        let result = name.withCString { linux_statx(number, $0, flags, FileStatus.mask, &raw) }
        guard result == 0 else { throw .last("stat", name) }
        guard let status = FileStatus(raw) else { throw FileTreeError("stat", name, .system(EINVAL)) }
        return status
    }

    /// Where a symbolic link in this folder points to.
    package func linkTarget(_ name: PathBytes) throws(FileTreeError) -> PathBytes {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = name.withCString { path in
            target.withUnsafeMutableBytes { buffer in
                buffer.withMemoryRebound(to: CChar.self) { text in
                    text.baseAddress.map { readlinkat(number, path, $0, text.count) } ?? -1
                }
            }
        }
        guard count >= 0 else { throw .last("read the link", name) }
        return PathBytes(target.prefix(count))
    }

    /// Reads at an offset until the buffer is full or the file ends.
    /// - Returns: bytes read; fewer than asked for only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileTreeError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            guard let start = rest.baseAddress else { break }
            let count = pread(number, start, rest.count, Int(offset) + filled)
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw .last("read", PathBytes(""))
            }
        }
        return filled
    }

    /// Writes all of the bytes at an offset.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileTreeError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(number, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write", PathBytes("")) }
            done += count
        }
    }

    /// Reads the first bytes, fewer when the file is shorter.
    package func read(_ count: Int) throws(FileTreeError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(FileTreeError) in try read(into: buffer, at: 0) }
        }
        return Array(bytes.prefix(try filled.get()))
    }
}
