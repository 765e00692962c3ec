import CLinux
import Glibc
import JobKit

/// A program run to its end without a shell. Its time is bounded, and so is what is kept of its output.
struct ToolRun: Sendable {
    enum End: Sendable, Hashable {
        case status(Int32)
        case signal(Int32)
        /// Its time was up, and it was ended with all that it had started in its process group.
        case timedOut
        /// It wrote more than is kept, and was ended for it.
        case cut
        /// Why there is no such process, as a sentence that begins with the program.
        case notStarted(String)
    }

    struct Outcome: Sendable {
        var end: End
        var output: [UInt8] = []
        var errors: [UInt8] = []
    }

    /// What happens to more output than is kept.
    enum Excess: Sendable {
        case dropped
        /// The program is ended.
        case ends
    }

    /// Kept of what it says on its standard error.
    private static let errorBound = 65_536

    /// The program, found in `PATH` where it has no slash, and its arguments.
    let arguments: [String]
    let limit: Duration
    /// Bytes of its standard output that are kept.
    var outputBound = 1 << 20
    var excess = Excess.dropped
    /// From TERM to KILL, when its time is up; KILL at once where it is zero.
    var grace: Duration = .zero
    /// Beside the variables of this process, or in place of them.
    var environment: [String: String] = [:]

    func run() -> Outcome {
        guard let output = ToolPipe(), let errors = ToolPipe() else { return failure("cannot be started", errno) }
        var child: pid_t = 0
        let code = start(&child, output.writing, errors.writing)
        output.closeWriting()
        errors.closeWriting()
        guard code == 0 else { return failure("cannot be started", code) }
        let process = linux_pidfd_open(child)
        guard process >= 0 else {
            let code = errno
            kill(-child, SIGKILL)
            waitpid(child, nil, 0)
            return failure("cannot be watched", code)
        }
        defer { close(process) }
        return follow(child, process, output, errors)
    }

    private func follow(_ child: pid_t, _ process: Int32, _ output: ToolPipe, _ errors: ToolPipe) -> Outcome {
        var ending: (at: ContinuousClock.Instant, end: End)?
        let deadline = ContinuousClock.now + limit
        while true {
            var polled = [output.polled, errors.polled, pollfd(fd: process, events: Int16(POLLIN), revents: 0)]
            let rest = max(.zero, (ending?.at ?? deadline) - ContinuousClock.now)
            _ = poll(&polled, nfds_t(polled.count), Int32(clamping: rest.wholeMilliseconds + 1))
            output.take(upTo: outputBound)
            errors.take(upTo: Self.errorBound)
            if polled[2].revents != 0 {
                // What it left running behind it in its group: nobody waits for that, and nobody needs it. Until it is reaped, its number is its own.
                kill(-child, SIGKILL)
                var (how, status): (Int32, Int32) = (0, 0)
                linux_reap(process, &how, &status)
                output.take(upTo: outputBound)
                errors.take(upTo: Self.errorBound)
                let end = ending?.end ?? (how == CLD_EXITED ? .status(status) : .signal(status))
                return Outcome(end: end, output: output.bytes, errors: errors.bytes)
            }
            if let due = ending {
                guard due.at <= .now else { continue }
                kill(-child, SIGKILL)
                // It goes; only a process that hangs in the kernel takes its time.
                ending = (.now + .seconds(1), due.end)
            } else if excess == .ends, output.hasMore {
                ending = (halt(child), .cut)
            } else if deadline <= .now {
                ending = (halt(child), .timedOut)
            }
        }
    }

    /// Ends it, and says when it has to be gone.
    private func halt(_ child: pid_t) -> ContinuousClock.Instant {
        kill(-child, grace > .zero ? SIGTERM : SIGKILL)
        return .now + (grace > .zero ? grace : .seconds(1))
    }

    private func start(_ child: inout pid_t, _ output: Int32, _ errors: Int32) -> Int32 {
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
        let own: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { (list + own).forEach { free($0) } }
        var variables = inherited() + own + [nil]
        return posix_spawnp(&child, arguments.first ?? "", &actions, &attributes, &list, &variables)
    }

    /// This process's variables but those that are set otherwise.
    private func inherited() -> [UnsafeMutablePointer<CChar>?] {
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let variable = next.pointee {
            let name = String(cString: variable).prefix { $0 != "=" }
            if environment[String(name)] == nil { variables.append(variable) }
            next += 1
        }
        return variables
    }

    private func failure(_ what: String, _ code: Int32) -> Outcome {
        Outcome(end: .notStarted("\(arguments.first ?? "") \(what): \(String(cString: strerror(code)))"))
    }
}
