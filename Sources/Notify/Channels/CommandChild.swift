import CLinux
import Glibc
import JobKit
import Processes
import Synchronization

/// One program from its start to its end, on a thread of its own.
final class CommandChild: Sendable {
    enum Ending: Sendable, Hashable {
        /// With the last line that it wrote to standard error.
        case exited(Int32, lastWords: String)
        case killed(signal: Int32)
        case late
        case stopped
        /// errno
        case notStarted(Int32)
    }

    private struct State {
        /// While it is not reaped, its number is nobody else's.
        var pid: pid_t?
        var isStopped = false
    }

    /// Of standard error no more is kept, and of its last line no more is shown.
    private static let errorBound = 4096
    private static let lineBound = 200
    private static let variables = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/", "TMPDIR=/tmp",
    ]

    private let arguments: [String]
    private let input: [UInt8]
    private let state = Mutex(State())

    init(arguments: [String], input: [UInt8]) {
        self.arguments = arguments
        self.input = input
    }

    func run(timeout: Duration) async -> Ending {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Ending, Never>) in
                let isStarted = OwnThread.start { continuation.resume(returning: self.runToEnd(timeout: timeout)) }
                if !isStarted { continuation.resume(returning: .notStarted(EAGAIN)) }
            }
        } onCancel: {
            state.withLock { state in
                state.isStopped = true
                if let pid = state.pid { kill(-pid, SIGKILL) }
            }
        }
    }

    private func runToEnd(timeout: Duration) -> Ending {
        var ends: [Int32] = [0, 0]
        let memory: SpooledInput
        do throws(SpawnFailure) {
            memory = try SpooledInput(input)
        } catch {
            return .notStarted(error.code)
        }
        guard linux_pipe(&ends) == 0 else { return .notStarted(errno) }
        let (mouth, end) = (ends[0], ends[1])
        defer { close(mouth) }
        let code = spawn(input: memory, errors: end)
        close(end)
        if code == ECANCELED { return .stopped }
        guard code == 0, let pid = state.withLock({ $0.pid }) else { return .notStarted(code) }
        var words: [UInt8] = []
        let isInTime = wait(for: pid, errors: mouth, words: &words, timeout: timeout)
        if !isInTime { kill(-pid, SIGKILL) }
        var status: Int32 = 0
        let isStopped = state.withLock { state in
            // Reaped under the lock: a stop that comes now finds no number that may be somebody else's.
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            state.pid = nil
            return state.isStopped
        }
        if isStopped { return .stopped }
        if !isInTime { return .late }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff, lastWords: Self.lastLine(of: words)) : .killed(signal: signal)
    }

    /// Waits for the end, and keeps what is written to standard error. Programs that it leaves behind are not waited for.
    /// - Returns: false when the time is over.
    private func wait(for pid: pid_t, errors: Int32, words: inout [UInt8], timeout: Duration) -> Bool {
        let pidfd = linux_pidfd_open(pid)
        defer { if pidfd >= 0 { close(pidfd) } }
        let clock = ContinuousClock()
        let end = clock.now + timeout
        var errors = errors
        while true {
            let left = (end - clock.now).wholeMilliseconds
            guard left > 0, pidfd >= 0 else { return false }
            // poll(2) passes over negative descriptors.
            var states = [pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0)]
            let ready = poll(&states, 2, Int32(clamping: left))
            if ready < 0, errno != EINTR { return false }
            guard ready > 0 else { continue }
            if states[1].revents != 0, !take(from: errors, into: &words) { errors = -1 }
            if states[0].revents != 0, states[1].revents == 0 { return true }
        }
    }

    /// - Returns: false at the end.
    private func take(from descriptor: Int32, into words: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: Self.errorBound)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count < 0 && errno == EINTR }
        words = Array((words + buffer[..<count]).suffix(Self.errorBound))
        return true
    }

    private static func lastLine(of bytes: [UInt8]) -> String {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let line = NoticeWords.line(lines.last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? "")
        return TextLimit.units(lineBound).cut(line)
    }

    /// - Returns: errno; 0 when it runs.
    private func spawn(input: SpooledInput, errors: Int32) -> Int32 {
        var program = ChildStart(arguments)
        program.input = .spooled(input)
        program.errors = .descriptor(errors)
        program.environment = Self.variables
        program.leadsGroup = true
        return state.withLock { state in
            guard !state.isStopped else { return ECANCELED }
            do throws(SpawnFailure) {
                state.pid = try program.start()
                return 0
            } catch {
                return error.code
            }
        }
    }
}
