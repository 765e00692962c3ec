import CLinux
import Glibc

extension Runner {
    /// The bytes of the lock file, see `main.c` there.
    private enum LockByte {
        static let starter: Int64 = 0
        static let launcher: Int64 = 1
    }

    /// How long a launcher may take from its start to its record, in tries of 10 ms.
    private static let recordTries = 3000

    /// Starts the launcher of a prepared run. The run's lock is held from here on until its launcher is gone, whatever
    /// becomes of the caller.
    package func start(_ prepared: PreparedRun) throws(RunnerError) -> LiveRun {
        // Twice: once more after the death of who was asked.
        for _ in 0..<2 {
            var answer: Int32?
            switch try launch(prepared) {
            case .launched(let pid): answer = pid
            case .lost(let killed): answer = try survivor(of: prepared.request.run, among: killed)
            }
            if let pid = answer {
                return LiveRun(run: prepared.request.run, pid: pid, pidfd: try pidfd(of: pid, for: prepared))
            }
        }
        throw .noServer(path: settings.launcherPath)
    }

    private func launch(_ prepared: PreparedRun) throws(RunnerError) -> LaunchServer.Answer {
        let plan = LaunchPlan(prepared)
        guard plan.bytes.count <= LaunchPlan.bound else {
            throw .request(
                run: prepared.request.run, problem: "its arguments and environment are longer than 8 MiB", fix: "pass them on stdin")
        }
        let fix = "check the rights and the free space of \(prepared.folder)"
        let folder = try Descriptor.open(prepared.folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, fix: fix)
        let lock = try lock(in: folder, of: prepared)
        let input = prepared.request.standardInput
        let source = try input.isEmpty ? Descriptor.open("/dev/null", O_RDONLY, fix: "mount /dev") : .memory("request", holding: input)
        do {
            return try server.launch(with: [try .memory("launch-plan", holding: plan.bytes), source, folder, lock])
        } catch {
            // Given back by name: a process that is being forked elsewhere may hold a copy of the descriptor for a moment.
            linux_set_lock(lock.number, F_UNLCK, LockByte.starter, 1)
            throw error
        }
    }

    /// The launcher that has the run though nobody answered: it holds the lock, or it has left its record; nil for none.
    private func survivor(of run: String, among killed: Set<Int32>) throws(RunnerError) -> Int32? {
        var others = killed
        defer { LaunchServer.collect(others) }
        let pid = try recorded(run)
        if let pid { others.remove(pid) }
        return pid
    }

    private func recorded(_ run: String) throws(RunnerError) -> Int32? {
        for _ in 0..<Self.recordTries {
            switch try inspect(run: run) {
            case .running(let record), .vanished(let record): return record.pid
            case .finished: return try RunRecords.read(LaunchRecord.self, at: RunFolder(run: run, in: settings).launch)?.pid
            case .neverStarted, .missing: return nil
            case .starting: usleep(10_000)
            }
        }
        throw .busy(run: run)
    }

    private func pidfd(of pid: Int32, for prepared: PreparedRun) throws(RunnerError) -> Descriptor {
        let number = linux_pidfd_open(pid)
        guard number >= 0 else {
            let error = RunnerError.last("watch the launcher of", prepared.folder, fix: "raise LimitNOFILE= of the service")
            Glibc.kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
        return Descriptor(number)
    }

    /// Takes the starter's lock; the launcher's must be free.
    private func lock(in folder: Descriptor, of prepared: PreparedRun) throws(RunnerError) -> Descriptor {
        let fix = "check the rights and the free space of \(prepared.folder)"
        let lock = try Descriptor.open("lock", O_RDWR | O_CREAT | O_NOFOLLOW, mode: RunFolder.lockMode, at: folder, fix: fix)
        if linux_set_lock(lock.number, F_WRLCK, LockByte.starter, 1) != 0 {
            if errno == EAGAIN || errno == EACCES { throw .busy(run: prepared.request.run) }
            throw .last("lock", prepared.folder, fix: "keep the state directory on a local disk")
        }
        if linux_is_locked(lock.number, LockByte.launcher, 1) != 0 {
            linux_set_lock(lock.number, F_UNLCK, LockByte.starter, 1)
            throw .busy(run: prepared.request.run)
        }
        return lock
    }
}
