import CLinux
import Glibc

extension Runner {
    /// How long a launcher may take from its lock to its record; a disk that is slower than this is not fit for use.
    private static let startingBound: Int64 = 30

    /// Takes over a run that somebody else started; one that is starting just now is waited for.
    /// - Throws: ``RunnerError/notRunning(run:)`` when its launcher is gone, or is not the process that the record names.
    package func adopt(run: String) async throws(RunnerError) -> LiveRun {
        guard case .running(let record) = try await started(run) else { throw .notRunning(run: run) }
        let pidfd = linux_pidfd_open(record.pid)
        guard pidfd >= 0 else {
            if errno == ESRCH { throw .notRunning(run: run) }
            throw .last("watch the launcher of", run, fix: "raise LimitNOFILE= of the service")
        }
        let live = LiveRun(run: run, pid: record.pid, pidfd: Descriptor(pidfd))
        // The descriptor is open: from here on the number cannot name another process, so what is read now is about it.
        guard ProcessTable.identity(of: record.pid)?.startTime == record.startTime, ProcessTable.bootID() == record.bootID else {
            throw .notRunning(run: run)
        }
        return live
    }

    /// The condition once it is not "starting" any more.
    private func started(_ run: String) async throws(RunnerError) -> RunCondition {
        if case let first = try inspect(run: run), first != .starting { return first }
        let folder = try RunFolder(run: run, in: settings)
        let watch = try FolderWatch(folder.path)
        let timer = Descriptor(linux_timerfd_create(CLOCK_MONOTONIC))
        linux_timerfd_settime(timer.number, 0, Self.startingBound, 0)
        try watch.add(timer)
        while true {
            let condition = try inspect(run: run)
            if condition != .starting { return condition }
            var expired = pollfd(fd: timer.number, events: Int16(POLLIN), revents: 0)
            if poll(&expired, 1, 0) == 1 { break }
            try await watch.wait()
        }
        throw .system(
            action: "adopt the run in", subject: folder.path, code: ETIMEDOUT,
            fix: "its launcher holds the lock and writes no record: look at it with ps, and at the disk")
    }

    /// Asks a run to stop: TERM to the worker's group, after its grace KILL for everything. Not an error when it has ended.
    package func stop(_ live: LiveRun) throws(RunnerError) {
        try send(SIGTERM, to: live)
    }

    /// Ends a run at once: KILL for everything, and the launcher still writes how it ended.
    package func kill(_ live: LiveRun) throws(RunnerError) {
        try send(SIGQUIT, to: live)
    }

    private func send(_ signal: Int32, to live: LiveRun) throws(RunnerError) {
        if linux_pidfd_send_signal(live.pidfd.number, signal) != 0 && errno != ESRCH {
            throw .last("signal the launcher of", live.run, fix: "run as root or as the daemon's user")
        }
    }

    /// Waits for the launcher's end without polling, collects it if it is our child, and reads how it went.
    package func waitForEnd(_ live: LiveRun) async throws(RunnerError) -> RunEnd {
        guard await Readiness.wait(for: live.pidfd) else { throw .cancelled }
        return try end(of: live)
    }

    /// Looks whether the launcher has ended, without waiting; nil = it is alive.
    package func endIfOver(_ live: LiveRun) throws(RunnerError) -> RunEnd? {
        var poll = pollfd(fd: live.pidfd.number, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, 0) == 1 ? try end(of: live) : nil
    }

    private func end(of live: LiveRun) throws(RunnerError) -> RunEnd {
        var how: Int32 = 0
        var status: Int32 = 0
        let collected = linux_reap(live.pidfd.number, &how, &status)
        // The launcher has ended: its lock says nothing that its records do not say.
        let folder = try RunFolder(run: live.run, in: settings)
        if let record = try folder.exitRecord() { return .finished(record) }
        if let record = try RunRecords.read(LaunchRecord.self, at: folder.launch) { return .vanished(record) }
        return .neverStarted(reason: Self.reason(status: collected == 1 && how == CLD_EXITED ? status : nil))
    }

    /// The launcher's exit codes, see `launcher.h`.
    private static func reason(status: Int32?) -> String {
        switch status {
        case 64: "the launcher does not understand the plan: acore-launch and acore-sched are of different versions"
        case 71: "the system refused the launcher a session or a descriptor"
        case 73: "the launcher could not write its record: the disk of the state directory is full or not writable"
        case 75: "another launcher works in the run's folder, or has worked in it"
        case .some(let code): "the launcher ended with code \(code) before it started anything"
        case nil: "the launcher was killed before it started anything"
        }
    }
}
