import CLinux
import Glibc
import Synchronization

/// The waiting `acore-launch`, which makes a launcher of itself for each run; see `forkserver.h` there.
///
/// It is started with the first run, ends with this process, and is started again should somebody kill it.
final class LaunchServer: Sendable {
    /// What became of a request.
    enum Answer: Sendable, Equatable {
        /// The launcher is our child.
        case launched(pid: Int32)
        /// The server died over it: nobody knows whether there is a launcher.
        case lost
    }

    private struct Process {
        let pid: Int32
        /// Our end of the line to it.
        let line: Descriptor
    }

    /// What the byte of a message says, see `forkserver.h`.
    private enum Message {
        static let startAlone: CChar = 0
        static let startInBatch: CChar = 1
        static let batchOver: CChar = 2
    }

    /// A fork takes less than a millisecond; a server that somebody has stopped must not stop the daemon.
    private static let patience = timeval(tv_sec: 10, tv_usec: 0)
    /// The server's end of the line, in the server.
    private static let place: Int32 = 3

    private let path: String
    private let process = Mutex<Process?>(nil)
    /// What a start is sent as: it is one of a batch while ``inBatch(_:)`` lasts.
    private let message = Atomic<CChar>(Message.startAlone)

    /// - Parameter path: of the built `acore-launch`.
    init(path: String) { self.path = path }

    deinit { stop() }

    /// Starts the server if there is none, so that no run has to wait for that.
    func start() throws(RunnerError) {
        _ = try process.withLock { process throws(RunnerError) in try running(&process) }
    }

    /// Ends it; the launchers that it made go on.
    func stop() { process.withLock { Self.drop(&$0) } }

    /// Launchers asked for within `starts` leave the processors to each other until the last of them is made.
    func inBatch(_ starts: () -> Void) {
        message.store(Message.startInBatch, ordering: .relaxed)
        starts()
        message.store(Message.startAlone, ordering: .relaxed)
        process.withLock { process in
            // A server that is gone keeps nobody waiting for long.
            if let line = process?.line { _ = linux_send_descriptors(line.number, Message.batchOver, nil, 0) }
        }
    }

    /// Has a launcher made that holds copies of these descriptors, in the order of `launcher.h`.
    func launch(with given: [Descriptor]) throws(RunnerError) -> Answer {
        try process.withLock { process throws(RunnerError) in
            if try !send(given, to: try running(&process)) {
                // It had died before: what was never received was never carried out.
                Self.drop(&process)
                guard try send(given, to: try running(&process)) else {
                    Self.drop(&process)
                    return .lost
                }
            }
            guard let line = process?.line, let answer = receive(from: line) else {
                Self.drop(&process)
                return .lost
            }
            guard answer > 0 else {
                throw .system(
                    action: "start the launcher", subject: path, code: -answer,
                    fix: "lower the number of runs at once, or raise TasksMax= and LimitNOFILE= of the service")
            }
            return .launched(pid: answer)
        }
    }

    /// - Returns: false when nobody is there to receive.
    private func send(_ given: [Descriptor], to line: Descriptor) throws(RunnerError) -> Bool {
        if linux_send_descriptors(
            line.number, message.load(ordering: .relaxed), given.map(\.number), given.count) == 0
        {
            return true
        }
        if errno == EPIPE || errno == ECONNRESET { return false }
        throw .last("ask", path, fix: "raise LimitNOFILE= of the service")
    }

    /// - Returns: the launcher's process id or an errno below zero; nil when the server has died, or does not answer.
    private func receive(from line: Descriptor) -> Int32? {
        var answer: Int32 = 0
        var count: Int
        repeat { count = recv(line.number, &answer, MemoryLayout<Int32>.size, 0) } while count < 0 && errno == EINTR
        return count == MemoryLayout<Int32>.size ? answer : nil
    }

    /// After this no launcher comes of it any more.
    private static func drop(_ process: inout Process?) {
        guard let lost = process else { return }
        kill(lost.pid, SIGKILL)
        while waitpid(lost.pid, nil, 0) < 0, errno == EINTR {}
        process = nil
    }

    private func running(_ process: inout Process?) throws(RunnerError) -> Descriptor {
        if let process { return process.line }
        var ends: [Int32] = [-1, -1]
        guard linux_message_pair(&ends) == 0 else {
            throw .last("make a line to", path, fix: "raise LimitNOFILE= of the service")
        }
        let ours = Descriptor(ends[0])
        let theirs = Descriptor(ends[1])
        var patience = Self.patience
        setsockopt(ours.number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        process = Process(pid: try spawn(with: theirs), line: ours)
        return ours
    }

    private func spawn(with line: Descriptor) throws(RunnerError) -> Int32 {
        let raised = try line.raised(to: Self.place + 1)
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        posix_spawn_file_actions_adddup2(&actions, raised.number, Self.place)
        // No signal reaches it, and none reaches a launcher before it reads its signals: a request to stop right after the start waits.
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var pid: Int32 = 0
        let code = "acore-launch".withCString { name in
            let arguments = [UnsafeMutablePointer(mutating: name), nil]
            let environment: [UnsafeMutablePointer<CChar>?] = [nil]
            return posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
        }
        guard code == 0 else {
            throw .system(
                action: "start the launcher", subject: path, code: code,
                fix: "reinstall acore-sched: acore-launch must lie beside it or in ../libexec/acore-sched")
        }
        return pid
    }
}
