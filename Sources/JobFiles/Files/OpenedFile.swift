import CLinux
import Glibc

/// A regular file that was opened without ever waiting for it, following a link only within its folder.
struct OpenedFile: ~Copyable {
    private let descriptor: Int32
    let status: stat

    private init(descriptor: Int32, status: stat) {
        self.descriptor = descriptor
        self.status = status
    }

    /// What the file `name` of a folder looks like, without opening it.
    static func look(at name: String, in folder: Int32) throws(FileRefusal) -> stat {
        var found = stat()
        guard fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 else { throw refusal(errno) }
        return found
    }

    /// Opens the file `name` of a folder.
    /// - Parameter found: what it looked like: what is no file is not even opened. Nil when its folder said that it is a regular file.
    static func open(_ name: String, in folder: Int32, found: stat?) throws(FileRefusal) -> OpenedFile {
        if let found {
            if found.st_mode & S_IFMT == S_IFLNK { return try examined(openLink(name, in: folder)) }
            try checkKind(found)
        }
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        // Noting the access of thousands of files costs as much as opening them. Only root and the owner may leave it out.
        let quiet = openat(folder, name, flags | LINUX_O_NOATIME)
        let descriptor = quiet < 0 && errno == EPERM ? openat(folder, name, flags) : quiet
        // It became a link since.
        if descriptor < 0, errno == ELOOP { return try examined(openLink(name, in: folder)) }
        return try examined(descriptor)
    }

    /// Opens a file by its path; links are followed.
    static func open(path: String) throws(FileRefusal) -> OpenedFile {
        var found = stat()
        guard stat(path, &found) == 0 else { throw refusal(errno) }
        try checkKind(found)
        return try examined(Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY))
    }

    /// The identity of a file that looks like `found`; nil for links, for what is no regular file, and for what may not be trusted.
    static func identity(from found: stat, path: String, privileged: Bool) -> FileIdentity? {
        guard found.st_mode & S_IFMT == S_IFREG else { return nil }
        if privileged, AccessRules.complaint(about: found, path: path) != nil { return nil }
        return FileIdentity(found)
    }

    private static func examined(_ descriptor: Int32) throws(FileRefusal) -> OpenedFile {
        guard descriptor >= 0 else { throw refusal(errno) }
        var found = stat()
        let answer = fstat(descriptor, &found)
        let reason = errno
        let file = OpenedFile(descriptor: descriptor, status: found)
        guard answer == 0 else { throw refusal(reason) }
        try checkKind(found)
        return file
    }

    deinit { close(descriptor) }

    /// Everything in it.
    /// - Throws: when there is more than `limit` bytes; then nothing is read.
    func read(limit: Int) throws(FileRefusal) -> [UInt8] {
        guard status.st_size <= limit else { throw Self.tooLarge(Int(status.st_size), limit: limit) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var length = 0
        while true {
            if length == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress?.advanced(by: length), $0.count - length) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.refusal(errno) }
            length += count
            guard count > 0 else { break }
            guard length <= limit else { throw Self.tooLarge(length, limit: limit) }
            // There was room for more than it had, and no more came: that was its end.
            if length == Int(status.st_size), length < bytes.count { break }
        }
        bytes.removeSubrange(length...)
        return bytes
    }

    private static func openLink(_ name: String, in folder: Int32) throws(FileRefusal) -> Int32 {
        let flags = UInt64(O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        let descriptor = linux_openat2(folder, name, flags, 0, LINUX_RESOLVE_BENEATH | LINUX_RESOLVE_NO_MAGICLINKS)
        if descriptor >= 0 { return descriptor }
        switch errno {
        case EXDEV:
            throw FileRefusal(
                problem: "it is a link that leads out of its folder", fix: "put the file itself here, or link within the folder")
        case ELOOP: throw FileRefusal(problem: "it is a link that leads back to itself", fix: "put the file itself here")
        case ENOENT: throw FileRefusal(problem: "it is a link that leads nowhere", fix: "remove it, or put the file itself here")
        case ENOSYS, EPERM:
            throw FileRefusal(problem: "it is a link, and this kernel cannot tell where links lead", fix: "put the file itself here")
        default: throw refusal(errno)
        }
    }

    private static func checkKind(_ status: stat) throws(FileRefusal) {
        let kind: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: kind = "a folder"
        case S_IFIFO: kind = "a named pipe"
        case S_IFSOCK: kind = "a socket"
        case S_IFCHR, S_IFBLK: kind = "a device"
        default: kind = "no regular file"
        }
        throw FileRefusal(problem: "it is \(kind)", fix: "put a regular file here, or rename what is not a job")
    }

    private static func tooLarge(_ size: Int, limit: Int) -> FileRefusal {
        FileRefusal(
            problem: "it has \(size) bytes, more than \(limit)", fix: "make it smaller; what a job works on belongs in files of its own")
    }

    private static func refusal(_ code: Int32) -> FileRefusal {
        let reason = String(cString: strerror(code))
        switch code {
        case EACCES, EPERM:
            return FileRefusal(problem: "it cannot be read: \(reason)", fix: "let the daemon's user read it, for example: chmod a+r FILE")
        case ENOENT: return FileRefusal(problem: "it is not there", fix: "check the path", isMissing: true)
        default: return FileRefusal(problem: "it cannot be read: \(reason)", fix: "look at the file and its disk")
        }
    }
}
