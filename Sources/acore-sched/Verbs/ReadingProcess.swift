import CLinux
import Daemon
import Dispatch
import Glibc
import Runner

/// A plugin that answers a reading verb: its output is ours.
struct ReadingProcess {
    /// MFD_CLOEXEC, memfd_create(2).
    private static let closeOnExec: UInt32 = 1
    private let program: ReadingProgram

    init(_ program: ReadingProgram) { self.program = program }

    /// Runs it to its end; Ctrl-C and TERM reach it, and its end is awaited, since its secrets are to be removed after it.
    func run() async throws -> ExitStatus {
        SignalMask.block([SIGINT, SIGTERM, SIGHUP])
        let child = try start()
        let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { kill(child, SIGTERM) }
            source.activate()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        let status = await withCheckedContinuation { continuation in
            // A thread of its own: waiting for a process blocks, and the shared threads are few.
            DispatchQueue.global().async { continuation.resume(returning: Self.wait(for: child)) }
        }
        guard status & 0x7f == 0 else { return .cancelled }
        return ExitStatus(rawValue: (status >> 8) & 0xff) ?? .failed
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private func start() throws(DaemonError) -> pid_t {
        let input = linux_memfd_create("request", Self.closeOnExec)
        defer { close(input) }
        guard input >= 0, write(input, program.standardInput, program.standardInput.count) == program.standardInput.count,
            lseek(input, 0, SEEK_SET) == 0
        else { throw failure() }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        errno = linux_spawn_close_from(&actions, 3)
        guard errno == 0 else { throw failure() }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = program.arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = program.environment.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child: pid_t = 0
        errno = posix_spawn(&child, program.arguments.first ?? "", &actions, &attributes, &words, &variables)
        guard errno == 0 else { throw failure() }
        return child
    }

    private func failure() -> DaemonError {
        DaemonError(
            "cannot start \(program.arguments.joined(separator: " ")): \(String(cString: strerror(errno)))", fix: "look at its rights")
    }
}
