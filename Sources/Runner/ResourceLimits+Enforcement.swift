import Glibc

extension ResourceLimits {
    /// RLIMIT_NPROC says nothing to root.
    static func canLimitProcesses(of user: UserRecord?) -> Bool {
        (user?.uid ?? geteuid()) != 0
    }

    /// What cannot be kept without a cgroup, each with what is done instead.
    func notEnforced(user: UserRecord?) -> [String] {
        var messages: [String] = []
        if memoryMax != nil { messages.append("memory_max holds for each process, not for the whole run: there is no cgroup") }
        if cpuMax != nil { messages.append("cpu_max is not enforced: there is no cgroup") }
        if pidsMax != nil {
            messages.append(
                Self.canLimitProcesses(of: user)
                    ? "pids_max holds for all processes of the run's user: there is no cgroup"
                    : "pids_max is not enforced: there is no cgroup, and the run's user is root")
        }
        if ioWeight != nil { messages.append("io_weight is not enforced: there is no cgroup") }
        return messages
    }

    /// What is outside the kernel's range.
    func problem() -> (text: String, fix: String)? {
        if let memoryMax, memoryMax < 1 { return ("memory_max is \(memoryMax) bytes", "give it at least some MiB") }
        if let cpuMax, cpuMax < 1 { return ("cpu_max is \(cpuMax)%", "give it at least 1%") }
        if let pidsMax, pidsMax < 1 { return ("pids_max is \(pidsMax)", "give it at least 1") }
        if let nice, !(-20...19).contains(nice) { return ("nice is \(nice)", "use a number from -20 to 19") }
        if case .bestEffort(let level) = ioClass, !(0...7).contains(level) { return ("the I/O level is \(level)", "use 0 to 7") }
        if let ioWeight, !(1...10_000).contains(ioWeight) { return ("io_weight is \(ioWeight)", "use a number from 1 to 10000") }
        return nil
    }
}
