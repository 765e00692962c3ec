import CLinux
import Glibc
import JobKit

/// A password in the form of PostgreSQL's `.pgpass`, in a file that is in memory only and that no other user can open.
final class PasswordFile {
    /// Why there is none.
    struct Failure: Error {
        let reason: String
    }

    private let descriptor: Int32

    init(_ password: Secret) throws(Failure) {
        descriptor = linux_memfd_create("pgpass", LINUX_MFD_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(reason: "there can be no file for the password: \(String(cString: strerror(errno)))") }
        let escaped = password.exposedValue.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        let line = Array("*:*:*:*:\(escaped)\n".utf8)
        // libpq takes no file that others may read.
        guard fchmod(descriptor, 0o600) == 0, write(descriptor, line, line.count) == line.count else {
            throw Failure(reason: "the file for the password cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// As a process of the same user opens it, as long as this value lives.
    var path: String { "/proc/\(getpid())/fd/\(descriptor)" }
}
