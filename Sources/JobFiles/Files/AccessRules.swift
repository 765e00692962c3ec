import CLinux
import Glibc

/// Whether somebody other than root, or than the daemon's own user, could put words into the daemon's mouth.
package enum AccessRules {
    /// What is wrong with a file's owner or mode; nil when only root and `user` may write it.
    /// - Parameter user: the daemon's; root by itself.
    static func complaint(about status: stat, path: String, user: UInt32 = 0) -> FileRefusal? {
        let runner = user == 0 ? "root" : Account.name(of: user)
        if status.st_uid != 0, status.st_uid != user {
            return FileRefusal(
                problem: "\(path) belongs to \(Account.name(of: status.st_uid)), and the daemon runs as \(runner)",
                fix: "chown root \(path)")
        }
        guard status.st_mode & 0o022 != 0 else { return nil }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        return FileRefusal(
            problem: "\(path) may be written by others (mode 0\(mode)), and the daemon runs as \(runner)", fix: "chmod go-w \(path)")
    }

    /// The same of a program, or of a folder alone, by its path; links are followed.
    package static func complaint(aboutEntry path: String, user: UInt32) -> FileRefusal? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return FileRefusal(problem: "\(path) cannot be looked at: \(String(cString: strerror(errno)))", fix: "make it readable")
        }
        return complaint(about: status, path: path, user: user)
    }

    /// What is wrong with a folder or one above it. Above it, a folder that others may write is fine when it is sticky, as /tmp is.
    package static func complaint(aboutFolder path: String) -> FileRefusal? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        var current = String(cString: resolved)
        var isParent = false
        while true {
            var status = stat()
            guard stat(current, &status) == 0 else {
                return FileRefusal(problem: "\(current) cannot be looked at: \(String(cString: strerror(errno)))", fix: "make it readable")
            }
            let isSticky = isParent && status.st_mode & S_ISVTX != 0 && status.st_uid == 0
            if !isSticky, let complaint = complaint(about: status, path: current) { return complaint }
            guard current != "/", let slash = current.lastIndex(of: "/") else { return nil }
            current = slash == current.startIndex ? "/" : String(current[..<slash])
            isParent = true
        }
    }
}
