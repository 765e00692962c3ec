import CLinux
import Foundation
import Glibc

/// How a process ended.
enum ChildEnd: Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }

    var description: String {
        switch self {
        case .exited(let code): "exited with \(code)"
        case .signalled(let signal): "ended by signal \(signal)"
        }
    }
}

/// A process of ours, with both its streams in files.
final class Child {
    let pid: Int32
    let outputPath: String
    let errorPath: String
    private let pidfd: Int32
    private(set) var end: ChildEnd?

    /// - Parameters:
    ///   - files: the beginning of the names of its output's files.
    ///   - environment: all of it.
    init(_ arguments: [String], environment: [String: String], files: String) throws {
        outputPath = files + ".out"
        errorPath = files + ".err"
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let create = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, create, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, create, 0o600)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child: Int32 = 0
        let code = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw Overdue(description: "cannot start \(arguments[0]): \(code)") }
        pid = child
        pidfd = linux_pidfd_open(child)
    }

    deinit {
        if end == nil {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        close(pidfd)
    }

    var output: String { Files.text(outputPath) }
    var errors: String { Files.text(errorPath) }

    /// Whether it has ended, without waiting.
    var hasEnded: Bool {
        var ready = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, 0) == 1
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end.
    /// - Parameter patience: in milliseconds.
    @discardableResult
    func wait(patience: Int32 = Int32(Watch.patience)) throws -> ChildEnd {
        if let end { return end }
        var ready = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        var count: Int32
        repeat { count = poll(&ready, 1, patience) } while count < 0 && errno == EINTR
        guard count == 1 else { throw Overdue(description: "the end of process \(pid); it said:\n\(errors)") }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        let ended = ChildEnd(status: status)
        end = ended
        return ended
    }

    /// Asks it to stop, and waits.
    @discardableResult
    func stop() throws -> ChildEnd {
        signal(SIGTERM)
        return try wait()
    }

    /// Ends it as a power cut would.
    func killNow() throws {
        signal(SIGKILL)
        try wait()
    }
}
