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
        /// Nobody answers: whether there is a launcher, the run's folder tells. Those who waited were killed, whoever of them has the run, too;
        /// they have to be collected.
        case lost(killed: Set<Int32>)
    }

    private struct Process {
        let pid: Int32
        let line: LaunchLine
        /// Launchers that wait for a run, some at each line.
        var ready: [(line: LaunchLine, pids: Set<Int32>)] = []
    }

    /// So many share a line, and a start that comes while they are made waits until they are.
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

    /// Makes launchers that wait for their run, until there are `count`, or no more are wanted.
    func makeReady(_ count: Int, while isWanted: () -> Bool) throws(RunnerError) {
        process.withLock { process in
            // Who died waiting does not count.
            let ready = process?.ready ?? []
            process?.ready = ready.map { ($0.line, $0.pids.filter { waitpid($0, nil, WNOHANG) == 0 }) }
        }
        var missing = count
        while missing > 0, isWanted() {
            missing = try process.withLock { process throws(RunnerError) in
                let missing = count - (process?.ready ?? []).reduce(0) { $0 + $1.pids.count }
                if missing > 0 { try makeSome(min(missing, Self.madeAtOnce), of: &process) }
                return missing - Self.madeAtOnce
            }
        }
    }

    private func makeSome(_ count: Int, of process: inout Process?) throws(RunnerError) {
        let (near, far) = try LaunchLine.pair(to: path)
        let line = try ask(.makeReady, UInt32(count), with: [far], of: &process)
        let place = process?.ready.count ?? 0
        process?.ready.append((near, []))
        for _ in 0..<count {
            guard let answer = line?.receive() else {
                Self.drop(&process)
                throw .noServer(path: path)
            }
            guard answer > 0 else { throw noLauncher(-answer) }
            process?.ready[place].pids.insert(answer)
        }
    }

    /// Ends the launchers that still wait.
    func letGo() { process.withLock { Self.dropReady(&$0) } }

    /// Has a launcher made that holds copies of these descriptors, in the order of `launcher.h`, or gives them to one that waits.
    func launch(with given: [Descriptor]) throws(RunnerError) -> Answer {
        try process.withLock { process throws(RunnerError) in
            if let answer = try launchReady(with: given, of: &process) { return answer }
            guard let answer = try ask(.start, batch.load(ordering: .relaxed), with: given, of: &process)?.receive() else {
                Self.drop(&process)
                return .lost(killed: [])
            }
            guard answer > 0 else { throw noLauncher(-answer) }
            return .launched(pid: answer)
        }
    }

    /// Sends the server a request. What one that had died before never received was never carried out, so another one gets it.
    /// - Returns: where the answer comes; nil when that one has died, too.
    private func ask(
        _ kind: LaunchLine.Kind, _ number: UInt32, with given: [Descriptor], of process: inout Process?
    ) throws(RunnerError) -> LaunchLine? {
        for _ in 0..<2 {
            let line = try running(&process)
            if try line.send(kind, number, with: given) { return line }
            Self.drop(&process)
        }
        return nil
    }

    /// The oldest are taken first, since those that no run takes are ended.
    /// - Returns: nil when none waits that could take it.
    private func launchReady(with given: [Descriptor], of process: inout Process?) throws(RunnerError) -> Answer? {
        while let (line, pids) = process?.ready.first {
            let isSent = try pids.isEmpty ? false : line.send(.start, batch.load(ordering: .relaxed), with: given)
            guard isSent else {
                process?.ready.removeFirst()
                Self.end(pids)
                continue
            }
            // One that is dead may have died with the request, and the others do not end the line.
            guard let answer = line.receive(unless: { pids.contains(where: Self.isDead) }) else {
                // Whatever is wrong with those who wait, the server is asked next. What none of them received goes with the last of them.
                let killed = Set((process?.ready ?? []).flatMap(\.pids))
                process?.ready = []
                for pid in killed { kill(pid, SIGKILL) }
                return .lost(killed: killed)
            }
            guard answer > 0 else { return nil }
            process?.ready[0].pids.remove(answer)
            return .launched(pid: answer)
        }
        return nil
    }

    /// Whether a child of ours has ended; it is still to be collected.
    private static func isDead(_ pid: Int32) -> Bool {
        var end = siginfo_t()
        return waitid(P_PID, id_t(pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_signo == SIGCHLD
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
    }

    /// Ends children of ours that have nothing to lose.
    private static func end(_ pids: Set<Int32>) {
        for pid in pids { kill(pid, SIGKILL) }
        collect(pids)
    }

    /// Waits for children of ours that were killed.
    static func collect(_ pids: Set<Int32>) {
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
        // No signal reaches it, and none reaches a launcher that has its run before it reads them: a request to stop right after the start waits.
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
