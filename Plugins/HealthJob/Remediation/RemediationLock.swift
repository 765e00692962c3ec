import CLinux
import Glibc

/// Held by the run that counts and restarts: two runs of a job at once, each with its own count, would restart twice as often.
final class RemediationLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        // By itself: a process that was forked just now, and is no other program yet, has the descriptor too.
        _ = linux_set_lock(descriptor, Int32(F_UNLCK), 0, 0)
        close(descriptor)
    }

    /// Takes it without waiting; it ends with the run, however that ends.
    /// - Returns: or why it cannot be had, as a sentence.
    static func take(in folder: String) -> Result<RemediationLock, ToolFailure> {
        let path = folder + "/remediation.lock"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            return failure("\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard linux_lock_file(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EAGAIN || code == EACCES else {
                return failure("\(path) cannot be locked: \(String(cString: strerror(code)))")
            }
            return failure("another run of this job goes on, and that one counts and restarts")
        }
        return .success(RemediationLock(descriptor: descriptor))
    }

    private static func failure(_ reason: String) -> Result<RemediationLock, ToolFailure> {
        .failure(ToolFailure(description: reason))
    }
}
