import CLinux
import Glibc

/// The lock of a state directory: who holds it decides about runs. The kernel frees it with its holder.
package final class StateLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// How long a command waits for the lock; another command holds it for milliseconds, a daemon for good.
    package static let commandPatience = Duration.seconds(10)

    /// How long a daemon that starts waits: a command beside it holds the lock for milliseconds.
    package static let daemonPatience = Duration.seconds(1)

    /// Takes the lock.
    /// - Parameter patience: how long to wait for a holder that is not a daemon.
    /// - Throws: category busy with the holder's process id when somebody else has it.
    package static func take(in stateDirectory: String, patience: Duration = .zero) throws(DaemonError) -> StateLock {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while true {
            do throws(DaemonError) {
                return try takeNow(in: stateDirectory)
            } catch {
                guard error.category == .busy, clock.now < deadline else { throw error }
                // flock has no wait with an end, and the holder may be a process of any kind: look again soon.
                _ = poll(nil, 0, 50)
            }
        }
    }

    private static func takeNow(in stateDirectory: String) throws(DaemonError) -> StateLock {
        let path = "\(stateDirectory)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            throw DaemonError(
                "cannot open \(path): \(errnoText())", fix: "give the state directory to the user who runs acore-sched", category: .refused)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = holder(of: descriptor)
            close(descriptor)
            throw DaemonError(
                "the state directory \(stateDirectory) is in use by \(holder.map { "process \($0)" } ?? "another process")",
                fix: "stop that process, or name another state directory with --state-dir", category: .busy)
        }
        write(getpid(), to: descriptor)
        return StateLock(descriptor: descriptor)
    }

    /// The process that holds the lock of a state directory; nil when nobody does.
    package static func holder(of stateDirectory: String) -> Int32? {
        let descriptor = open("\(stateDirectory)/lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Taking it shared for a moment tells whether somebody has it; a taker in that moment is told "in use" once.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        return holder(of: descriptor)
    }

    private static func holder(of descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Int32(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self)) : nil
    }

    /// The number is for people; the lock itself is the kernel's, so a full disk costs only the number.
    private static func write(_ pid: Int32, to descriptor: Int32) {
        let text = Array("\(pid)\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }
}
