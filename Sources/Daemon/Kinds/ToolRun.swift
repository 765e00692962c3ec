import CLinux
import Glibc

/// Runs a small program to its end and takes what it prints: for `describe` and `check`, which answer at once.
enum ToolRun {
    /// What a program printed, and how it ended.
    struct Output {
        var standardOutput: [UInt8]
        /// The exit code; nil when a signal ended it.
        var code: Int32?
        /// The last line on standard error; empty for one of our own programs, whose standard error is ours.
        var lastWords: String
    }

    /// How far a program is trusted.
    struct Manner {
        /// Milliseconds after which a program that says nothing is given up.
        var patience: Int32
        /// Milliseconds after which it is given up in any case; nil for no such bound.
        var wholeTime: Int64?
        /// Answers larger than this are refused, in bytes.
        var bound: Int
        /// A program of somebody else: an environment of its own, a process group that ends with it, and standard error kept apart.
        var isForeign: Bool

        /// The worker that is installed with this program.
        static let own = Manner(patience: 20_000, wholeTime: nil, bound: 256 << 20, isForeign: false)
        /// A plugin that says what it is, in so many milliseconds.
        static func describing(within time: Int32) -> Manner {
            Manner(patience: time, wholeTime: Int64(time), bound: 1 << 20, isForeign: true)
        }
        /// A plugin that checks settings.
        static let checking = Manner(patience: 20_000, wholeTime: nil, bound: 64 << 20, isForeign: true)
    }

    /// Of standard error this much is looked at.
    private static let lastWordsBound = 4096
    /// MFD_CLOEXEC, memfd_create(2).
    private static let closeOnExec: UInt32 = 1

    /// - Parameter input: bytes for the program's standard input; they lie in memory, so no pipe can fill up.
    static func run(_ arguments: [String], input: [UInt8] = [], as manner: Manner = .own) throws(DaemonError) -> Output {
        let program = arguments.first ?? ""
        let memory = linux_memfd_create("input", closeOnExec)
        guard memory >= 0, let output = Pipe(), let errors = Pipe() else {
            throw DaemonError("cannot talk to \(program): \(errnoText())", fix: "raise the limit of open files (LimitNOFILE=)")
        }
        defer { close(memory) }
        write(input, to: memory)
        let child = spawn(arguments, input: memory, output: output.end, errors: manner.isForeign ? errors.end : nil, manner: manner)
        let reason = errnoText()
        output.closeEnd()
        errors.closeEnd()
        guard let child else {
            let fix = manner.isForeign ? "look at its first line and its rights" : "install acore-sched whole, with its worker"
            throw DaemonError("cannot start \(program): \(reason)", fix: fix)
        }
        var reading = ToolReading(output: output.mouth, errors: errors.mouth, manner: manner, lastWordsBound: lastWordsBound)
        let trouble = reading.readAll() ?? (manner.isForeign ? reading.waitForEnd(of: child) : nil)
        // A zombie keeps its group's number, so this can meet nobody else.
        if manner.isForeign { kill(-child, SIGKILL) } else if trouble != nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if let trouble { throw DaemonError("\(program) \(trouble)", fix: "run it by hand: \(arguments.joined(separator: " "))") }
        return Output(
            standardOutput: reading.answer, code: status & 0x7f == 0 ? (status >> 8) & 0xff : nil, lastWords: reading.lastWords)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset) }
            guard count > 0 else { break }
            offset += count
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    /// - Parameter errors: nil to share ours.
    private static func spawn(_ arguments: [String], input: Int32, output: Int32, errors: Int32?, manner: Manner) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if let errors { posix_spawn_file_actions_adddup2(&actions, errors, 2) }
        // A plugin gets nothing of the daemon: not the socket that it listens at, nor its connections.
        errno = linux_spawn_close_from(&actions, 3)
        guard errno == 0 else { return nil }
        if manner.isForeign { setForeign(&attributes) }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = PluginEnvironment.variables.map { strdup($0) } + [nil]
        defer { (argv + variables).forEach { free($0) } }
        var child: pid_t = 0
        let path = arguments.first ?? ""
        let code =
            manner.isForeign
            ? posix_spawn(&child, path, &actions, &attributes, &argv, &variables)
            : posix_spawn(&child, path, &actions, &attributes, &argv, environ)
        errno = code
        return code == 0 ? child : nil
    }

    /// A group of its own, and signals as a shell gives them: ours are blocked or ignored.
    private static func setForeign(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    }
}

/// What a foreign plugin finds in its environment while it describes itself and checks settings: nothing of the daemon's own.
enum PluginEnvironment {
    static var variables: [String] {
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/", "TMPDIR=/tmp"]
    }
}

/// A pipe whose ends close with it.
private final class Pipe {
    /// Where we read.
    let mouth: Int32
    /// Where the program writes.
    private(set) var end: Int32

    init?() {
        var ends: [Int32] = [0, 0]
        // Closed on exec from the beginning: other threads start programs too.
        guard linux_pipe(&ends) == 0 else { return nil }
        (mouth, end) = (ends[0], ends[1])
    }

    /// Leaves the program as the only writer.
    func closeEnd() {
        if end >= 0 { close(end) }
        end = -1
    }

    deinit {
        closeEnd()
        close(mouth)
    }
}
