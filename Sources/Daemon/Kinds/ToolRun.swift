import CLinux
import Glibc

/// Runs a small program to its end and takes what it prints: for `describe` and `check`, which answer at once.
enum ToolRun {
    /// What a program printed, and how it ended.
    struct Output {
        var standardOutput: [UInt8]
        /// The exit code; nil when a signal ended it.
        var code: Int32?
    }

    /// Longest silence in milliseconds before the program is given up.
    static let patience: Int32 = 20_000
    /// Answers larger than this are refused.
    static let bound = 256 << 20
    /// MFD_CLOEXEC, memfd_create(2).
    private static let closeOnExec: UInt32 = 1

    /// - Parameter input: bytes for the program's standard input; they lie in memory, so no pipe can fill up.
    static func run(_ arguments: [String], input: [UInt8] = []) throws(DaemonError) -> Output {
        let program = arguments.first ?? ""
        let memory = linux_memfd_create("input", closeOnExec)
        var ends: [Int32] = [0, 0]
        guard memory >= 0, pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else {
            throw DaemonError("cannot talk to \(program): \(errnoText())", fix: "raise the limit of open files (LimitNOFILE=)")
        }
        defer { close(memory) }
        defer { close(ends[0]) }
        write(input, to: memory)
        let child = spawn(arguments, input: memory, output: ends[1])
        let reason = errnoText()
        close(ends[1])
        guard let child else { throw DaemonError("cannot start \(program): \(reason)", fix: "install acore-sched whole, with its worker") }
        let output = readAll(from: ends[0])
        if output == nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard let output else {
            throw DaemonError("\(program) gave no answer", fix: "run it by hand: \(arguments.joined(separator: " "))")
        }
        return Output(standardOutput: output, code: status & 0x7f == 0 ? (status >> 8) & 0xff : nil)
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

    private static func spawn(_ arguments: [String], input: Int32, output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, arguments.first ?? "", &actions, nil, &argv, environ)
        errno = code
        return code == 0 ? child : nil
    }

    private static func readAll(from descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= bound {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&state, 1, patience)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0, errno != EINTR { return nil }
            bytes += buffer[..<max(0, count)]
        }
        return nil
    }
}
