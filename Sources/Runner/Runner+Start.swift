import CLinux
import Glibc

extension Runner {
    /// Where the launcher looks for what it is given, see `launcher.h`.
    private enum Place {
        static let plan: Int32 = 3
        static let input: Int32 = 4
        static let folder: Int32 = 5
        static let lock: Int32 = 6
        static let firstFree: Int32 = 7
    }

    /// The bytes of the lock file, see `main.c` there.
    private enum LockByte {
        static let starter: Int64 = 0
        static let launcher: Int64 = 1
    }

    private struct Given {
        let plan: Descriptor
        let input: Descriptor
        let folder: Descriptor
        let lock: Descriptor
    }

    /// Starts the launcher of a prepared run. The run's lock is held from here on until its launcher is gone, whatever
    /// becomes of the caller.
    package func start(_ prepared: PreparedRun) throws(RunnerError) -> LiveRun {
        let given = try give(prepared)
        let pid = try spawn(given, for: prepared)
        let pidfd = linux_pidfd_open(pid)
        guard pidfd >= 0 else {
            let error = RunnerError.last("watch the launcher of", prepared.folder, fix: "raise LimitNOFILE= of the service")
            Glibc.kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
        return LiveRun(run: prepared.request.run, pid: pid, pidfd: Descriptor(pidfd))
    }

    private func give(_ prepared: PreparedRun) throws(RunnerError) -> Given {
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
        return Given(
            plan: try .memory("launch-plan", holding: plan.bytes).raised(to: Place.firstFree),
            input: try source.raised(to: Place.firstFree),
            folder: try folder.raised(to: Place.firstFree), lock: try lock.raised(to: Place.firstFree))
    }

    /// Takes the starter's lock; the launcher's must be free.
    private func lock(in folder: Descriptor, of prepared: PreparedRun) throws(RunnerError) -> Descriptor {
        let fix = "check the rights and the free space of \(prepared.folder)"
        let lock = try Descriptor.open("lock", O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600, at: folder, fix: fix)
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

    private func spawn(_ given: Given, for prepared: PreparedRun) throws(RunnerError) -> Int32 {
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
        posix_spawn_file_actions_adddup2(&actions, given.plan.number, Place.plan)
        posix_spawn_file_actions_adddup2(&actions, given.input.number, Place.input)
        posix_spawn_file_actions_adddup2(&actions, given.folder.number, Place.folder)
        posix_spawn_file_actions_adddup2(&actions, given.lock.number, Place.lock)
        blockSignals(&attributes)
        do {
            return try spawn(&actions, &attributes)
        } catch {
            // Given back by name: a process that is being forked elsewhere may hold a copy of the descriptor for a moment.
            linux_set_lock(given.lock.number, F_UNLCK, LockByte.starter, 1)
            throw error
        }
    }

    /// Until the launcher reads its signals, they wait: a request to stop right after the start is not lost.
    private func blockSignals(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    }

    private func spawn(_ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t) throws(RunnerError) -> Int32 {
        var pid: Int32 = 0
        let code = "acore-launch".withCString { name in
            let arguments = [UnsafeMutablePointer(mutating: name), nil]
            let environment: [UnsafeMutablePointer<CChar>?] = [nil]
            return posix_spawn(&pid, settings.launcherPath, &actions, &attributes, arguments, environment)
        }
        guard code == 0 else {
            throw .system(
                action: "start the launcher", subject: settings.launcherPath, code: code,
                fix: "reinstall acore-sched: acore-launch must lie beside it or in ../libexec/acore-sched")
        }
        return pid
    }
}
