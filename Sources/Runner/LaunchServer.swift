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
        let line: LaunchLine
        /// Launchers that wait for a run, some at each line.
        var ready: [(line: LaunchLine, pids: Set<Int32>)] = []
        /// Launchers that were killed because an answer was missing: one of them may have had the run, whose folder tells.
        var unclear: Set<Int32> = []
    }

    /// One answer has room for so many, and a start may have to wait until they are made.
    private static let madeAtOnce = 64
    /// A number has 12 bits.
    private static let batches: UInt32 = 4095
    /// The server's end of the line, in the server.
    private static let place: Int32 = 3

    private let path: String
    private let process = Mutex<Process?>(nil)
    /// What is started is one of this batch; 0 = of none.
    private let batch = Atomic<UInt32>(0)
    private let lastBatch = Atomic<UInt32>(0)

    /// - Parameter path: of the built `acore-launch`.
    init(path: String) { self.path = path }

    deinit { stop() }

    /// Starts the server if there is none, so that no run has to wait for that.
    func start() throws(RunnerError) {
        _ = try process.withLock { process throws(RunnerError) in try running(&process) }
    }

    /// Ends it; the launchers that have a run go on.
    func stop() { process.withLock { Self.drop(&$0) } }

    /// Launchers asked for within `starts` leave the processors to each other until the last of them is made.
    func inBatch(_ starts: () -> Void) {
        let number = lastBatch.add(1, ordering: .relaxed).oldValue % Self.batches + 1
        batch.store(number, ordering: .relaxed)
        starts()
        batch.store(0, ordering: .relaxed)
        // A server that is gone keeps nobody waiting for long.
        process.withLock { process in _ = try? process?.line.send(.batchOver, number) }
    }

    /// Makes launchers that wait for their run, until there are `count`.
    func makeReady(_ count: Int) throws(RunnerError) {
        var missing = count
        while missing > 0 {
            missing = try process.withLock { process throws(RunnerError) in
                let line = try running(&process)
                let missing = count - (process?.ready ?? []).reduce(0) { $0 + $1.pids.count }
                if missing > 0 { try makeReady(min(missing, Self.madeAtOnce), at: line, of: &process) }
                return missing - Self.madeAtOnce
            }
        }
    }

    private func makeReady(_ count: Int, at line: LaunchLine, of process: inout Process?) throws(RunnerError) {
        let (near, far) = try LaunchLine.pair(to: path)
        let answer = try line.send(.makeReady, UInt32(count), with: [far]) ? line.receive(atMost: count) : []
        process?.ready.append((near, Set(answer.filter { $0 > 0 })))
        guard let last = answer.last else {
            Self.drop(&process)
            throw .noServer(path: path)
        }
        if last < 0 { throw noLauncher(-last) }
    }

    /// Ends the launchers that still wait.
    func letGo() { process.withLock { Self.dropReady(&$0) } }

    /// Has a launcher made that holds copies of these descriptors, in the order of `launcher.h`, or gives them to one that waits.
    func launch(with given: [Descriptor]) throws(RunnerError) -> Answer {
        try process.withLock { process throws(RunnerError) in
            if let answer = try launchReady(with: given, of: &process) { return answer }
            if try !running(&process).send(.start, batch.load(ordering: .relaxed), with: given) {
                // It had died before: what was never received was never carried out.
                Self.drop(&process)
                guard try running(&process).send(.start, batch.load(ordering: .relaxed), with: given) else {
                    Self.drop(&process)
                    return .lost
                }
            }
            guard let answer = process?.line.receive().first else {
                Self.drop(&process)
                return .lost
            }
            guard answer > 0 else { throw noLauncher(-answer) }
            return .launched(pid: answer)
        }
    }

    /// - Returns: nil when none waits.
    private func launchReady(with given: [Descriptor], of process: inout Process?) throws(RunnerError) -> Answer? {
        while let (line, pids) = process?.ready.last {
            let isSent = try pids.isEmpty ? false : line.send(.start, batch.load(ordering: .relaxed), with: given)
            guard isSent else {
                process?.ready.removeLast()
                Self.end(pids)
                continue
            }
            guard let answer = line.receive().first else {
                // What none of them received goes with the last of them.
                for pid in pids { kill(pid, SIGKILL) }
                process?.ready.removeLast()
                process?.unclear.formUnion(pids)
                return .lost
            }
            guard answer > 0 else { throw noLauncher(-answer) }
            let last = (process?.ready.count ?? 0) - 1
            process?.ready[last].pids.remove(answer)
            return .launched(pid: answer)
        }
        return nil
    }

    private func noLauncher(_ code: Int32) -> RunnerError {
        .system(
            action: "start the launcher", subject: path, code: code,
            fix: "lower the number of runs at once, or raise TasksMax= and LimitNOFILE= of the service")
    }

    /// After this no launcher comes of it any more.
    private static func drop(_ process: inout Process?) {
        dropReady(&process)
        if let process { end([process.pid]) }
        process = nil
    }

    private static func dropReady(_ process: inout Process?) {
        for (_, pids) in process?.ready ?? [] { end(pids) }
        process?.ready = []
        let unclear = process?.unclear ?? []
        process?.unclear = unclear.filter { waitpid($0, nil, WNOHANG) == 0 }
    }

    /// Ends children of ours that have nothing to lose.
    private static func end(_ pids: Set<Int32>) {
        for pid in pids { kill(pid, SIGKILL) }
        for pid in pids {
            while waitpid(pid, nil, 0) < 0, errno == EINTR {}
        }
    }

    private func running(_ process: inout Process?) throws(RunnerError) -> LaunchLine {
        if let process { return process.line }
        let (line, far) = try LaunchLine.pair(to: path)
        process = Process(pid: try spawn(with: far), line: line)
        return line
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
