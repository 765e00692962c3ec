import CLinux
import FoundationEssentials
import Glibc
import JobKit
import Processes

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
        var start = ChildStart(arguments)
        start.environment = variables
        start.output = .descriptor(output.writing)
        start.errors = .descriptor(errors.writing)
        start.leadsGroup = true
        let child: pid_t
        do throws(SpawnFailure) {
            child = try start.start()
        } catch {
            return failure("cannot be started", error.code)
        }
        output.closeWriting()
        errors.closeWriting()
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

    /// Nil for those of this process.
    private var variables: [String]? {
        if environment.isEmpty { return nil }
        return ProcessInfo.processInfo.environment.merging(environment) { _, own in own }.map { "\($0.key)=\($0.value)" }
    }

    private func failure(_ what: String, _ code: Int32) -> Outcome {
        Outcome(end: .notStarted("\(arguments.first ?? "") \(what): \(String(cString: strerror(code)))"))
    }
}
