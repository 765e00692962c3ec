import CLinux
import Glibc

/// The processes of a run whose launcher was killed, on a machine without cgroups.
struct Remains {
    /// The worker dies with its launcher; a round finds what the round before uncovered.
    private static let roundBound = 100
    /// How long one killed process may take to go.
    private static let patienceMs: Int32 = 1000

    let run: String
    let record: LaunchRecord?

    /// Kills until a look at all processes finds none; returns how many there were.
    func kill() -> Int {
        var killed = 0
        for _ in 0..<Self.roundBound {
            let found = ProcessTable.all().filter { isOurs($0) }
            if found.isEmpty { break }
            killed += found.filter { killOne($0) }.count
        }
        return killed
    }

    private func killOne(_ pid: Int32) -> Bool {
        let number = linux_pidfd_open(pid)
        guard number >= 0 else { return false }
        let pidfd = Descriptor(number)
        // Asked again with the descriptor open: what is killed is what was asked about.
        guard isOurs(pid), linux_pidfd_send_signal(number, SIGKILL) == 0 else { return false }
        var wait = pollfd(fd: pidfd.number, events: Int16(POLLIN), revents: 0)
        poll(&wait, 1, Self.patienceMs)
        return true
    }

    private func isOurs(_ pid: Int32) -> Bool {
        guard pid != getpid(), let identity = ProcessTable.identity(of: pid), !identity.isZombie else { return false }
        return isInSession(identity) || ProcessTable.wasStarted(pid, with: "ACORE_RUN=" + run)
    }

    /// The session's number is the launcher's pid, and stays taken while the session has a process; a leader of that number
    /// which started at another time means that all of the old session were gone before.
    private func isInSession(_ identity: ProcessTable.Identity) -> Bool {
        guard let record, identity.session == record.pid, record.bootID == ProcessTable.bootID() else { return false }
        guard let leader = ProcessTable.identity(of: record.pid) else { return true }
        return leader.startTime == record.startTime
    }
}
