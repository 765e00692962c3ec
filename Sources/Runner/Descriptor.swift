import CLinux
import Glibc

/// A file descriptor that is closed with its last owner.
final class Descriptor: Sendable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Opens a path; close-on-exec always.
    static func open(
        _ path: String, _ flags: Int32, mode: UInt32 = 0, at directory: Descriptor? = nil, fix: String
    ) throws(RunnerError) -> Descriptor {
        let number = openat(directory?.number ?? AT_FDCWD, path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw .last("open", path, fix: fix) }
        return Descriptor(number)
    }

    /// The same open file under a number of at least `lowest`, so that it cannot lie where a child's descriptors go.
    func raised(to lowest: Int32) throws(RunnerError) -> Descriptor {
        if number >= lowest { return self }
        let high = fcntl(number, F_DUPFD_CLOEXEC, lowest)
        guard high >= 0 else { throw .last("duplicate", "a descriptor", fix: Self.limitFix) }
        return Descriptor(high)
    }

    /// What the file holds from `offset` on, at most `count` bytes; fewer only at its end, so far as that is there.
    func block(at offset: Int, atMost count: Int, path: String) throws(RunnerError) -> [UInt8] {
        var length = 0
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat { length = pread(number, buffer.baseAddress, count, off_t(offset)) } while length < 0 && errno == EINTR
            code = errno
            filled = max(0, length)
        }
        guard length >= 0 else { throw .system(action: "read", subject: path, code: code, fix: "look at the file and its disk") }
        return bytes
    }

    /// A sealed memory file with these bytes, to be read from its start.
    static func memory(_ name: String, holding bytes: [UInt8]) throws(RunnerError) -> Descriptor {
        let number = linux_memfd_create(name, LINUX_MFD_CLOEXEC | LINUX_MFD_ALLOW_SEALING)
        guard number >= 0 else { throw .last("make", "a memory file", fix: limitFix) }
        let file = Descriptor(number)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { pwrite(number, $0.baseAddress.map { $0 + done }, bytes.count - done, off_t(done)) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .last("fill", "a memory file", fix: "check that memory is left") }
            done += count
        }
        _ = linux_add_seals(number, LINUX_SEAL_SEAL | LINUX_SEAL_SHRINK | LINUX_SEAL_GROW | LINUX_SEAL_WRITE)
        return file
    }

    private static let limitFix = "raise LimitNOFILE= of the service, or lower the number of runs at once"
}
