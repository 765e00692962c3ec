import CLinux
import Glibc
import JobKit

/// How a program ended, and what it wrote.
struct ToolAnswer: Sendable, Hashable {
    let status: Int32
    /// It was ended by a signal, whose number `status` is.
    let isKilled: Bool
    let output: String
    let errors: String

    var isFine: Bool { !isKilled && status == 0 }
    /// The last line that it wrote about what went wrong.
    var complaint: String? {
        let lines = (errors + "\n" + output).split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        return errors.trimmed.isEmpty ? lines.last : errors.split(separator: "\n").last.map { String($0).trimmed }
    }
}

/// Why there is no answer.
struct ToolFailure: Error, Hashable, CustomStringConvertible {
    let description: String
}

/// Runs a program to its end without a shell; its time and what is kept of its output are bounded.
struct ToolRun {
    /// Bytes of each of its two outputs; the rest is read and dropped.
    static let outputLimit = 1 << 20

    let arguments: [String]
    let limit: Duration

    func answer() -> Result<ToolAnswer, ToolFailure> {
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        guard linux_pipe(&output) == 0 else { return failure("cannot be started", errno) }
        defer { close(output[0]) }
        guard linux_pipe(&errors) == 0 else {
            let code = errno
            close(output[1])
            return failure("cannot be started", code)
        }
        defer { close(errors[0]) }
        var child: pid_t = 0
        let code = start(&child, output: output[1], errors: errors[1])
        close(output[1])
        close(errors[1])
        guard code == 0 else { return failure("cannot be started", code) }
        let process = linux_pidfd_open(child)
        guard process >= 0 else {
            let code = errno
            kill(-child, SIGKILL)
            waitpid(child, nil, 0)
            return failure("cannot be watched", code)
        }
        defer { close(process) }
        return collect(child, process, output[0], errors[0])
    }

    private func collect(_ child: pid_t, _ process: Int32, _ output: Int32, _ errors: Int32) -> Result<ToolAnswer, ToolFailure> {
        var texts: [[UInt8]] = [[], []]
        var polled = [output, errors, process].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        for descriptor in [output, errors] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        let deadline = ContinuousClock.now + limit
        var isLate = false
        while true {
            let rest = isLate ? .seconds(1) : max(.zero, deadline - ContinuousClock.now)
            _ = poll(&polled, nfds_t(polled.count), Int32(clamping: rest.wholeMilliseconds + 1))
            for index in texts.indices where polled[index].revents != 0 {
                if take(polled[index].fd, &texts[index]) { polled[index].fd = -1 }
            }
            var (how, status): (Int32, Int32) = (0, 0)
            if linux_reap(process, &how, &status) != 0 {
                // What it left running behind may hold the pipes open: nobody waits for that.
                for index in texts.indices where polled[index].fd >= 0 { _ = take(polled[index].fd, &texts[index]) }
                kill(-child, SIGKILL)
                if isLate { return .failure(ToolFailure(description: "\(words) had not ended after \(limit.settingText)")) }
                let text = texts.map { String(decoding: $0, as: UTF8.self) }
                return .success(ToolAnswer(status: status, isKilled: how != CLD_EXITED, output: text[0], errors: text[1]))
            }
            if !isLate, ContinuousClock.now >= deadline {
                isLate = true
                kill(-child, SIGKILL)
            }
        }
    }

    /// Reads what is there.
    /// - Returns: whether nothing more can come.
    private func take(_ descriptor: Int32, _ text: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // Bounded: one who writes without end is not to keep us from looking at the time.
        for _ in 0..<64 {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 { return errno != EAGAIN && errno != EINTR }
            if count == 0 { return true }
            text += buffer[..<min(count, Self.outputLimit - text.count)]
        }
        return false
    }

    private func start(_ child: inout pid_t, output: Int32, errors: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        let code = linux_spawn_close_from(&actions, 3)
        guard code == 0 else { return code }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // A group of its own: what it started and left running can be ended with it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { list.forEach { free($0) } }
        return posix_spawnp(&child, arguments.first ?? "", &actions, &attributes, &list, environ)
    }

    private var words: String { arguments.joined(separator: " ") }

    private func failure(_ what: String, _ code: Int32) -> Result<ToolAnswer, ToolFailure> {
        .failure(ToolFailure(description: "\(arguments.first ?? "") \(what): \(String(cString: strerror(code)))"))
    }
}
