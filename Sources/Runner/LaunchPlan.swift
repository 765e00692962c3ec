/// The launch plan as acore-launch reads it: NUL-ended keys and values, see `plan.c` there.
struct LaunchPlan {
    /// More than any kernel takes as arguments and environment together; see PLAN_BOUND there.
    static let bound = 8 * 1024 * 1024

    private(set) var bytes: [UInt8] = []

    init(_ prepared: PreparedRun) {
        let request = prepared.request
        bytes.reserveCapacity(4096)
        put("v", "1")
        put("run", request.run)
        put("attempt", String(request.attempt))
        put("mode", request.mode.rawValue)
        put("timeout_ms", String(request.timeout.map { max(1, $0.wholeMilliseconds) } ?? 0))
        put("grace_ms", String(max(0, request.grace.wholeMilliseconds)))
        for argument in request.arguments { put("argv", argument) }
        for (name, value) in prepared.environment { put("env", name + "=" + value) }
        if let directory = request.directory { put("directory", directory) }
        put("umask", String(request.umask, radix: 8))
        put(user: request.user)
        put(request.limits, in: prepared.cgroup, user: request.user)
    }

    private mutating func put(_ key: String, _ value: String) {
        bytes.append(contentsOf: key.utf8)
        bytes.append(0)
        bytes.append(contentsOf: value.utf8)
        bytes.append(0)
    }

    private mutating func put(user: UserRecord?) {
        guard let user else { return }
        put("uid", String(user.uid))
        put("gid", String(user.gid))
        for group in user.groups { put("group", String(group)) }
    }

    /// With a cgroup the kernel keeps memory and processes there; without one, rlimits do what they can.
    private mutating func put(_ limits: ResourceLimits, in cgroup: CgroupRun?, user: UserRecord?) {
        if let nice = limits.nice { put("nice", String(nice)) }
        if let ioClass = limits.ioClass { put("ioprio", ioClass.planWord) }
        if let cgroup {
            put("cgroup_launch", cgroup.launch)
            put("cgroup_work", cgroup.work)
            return
        }
        if let memory = limits.memoryMax { put("rlimit", "as:\(memory)") }
        if let pids = limits.pidsMax, ResourceLimits.canLimitProcesses(of: user) { put("rlimit", "nproc:\(pids)") }
    }
}

extension Duration {
    /// Rounded down, bounded so that sums of two stay within 64 bits.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < Int64.max / 8000 else { return Int64.max / 8 }
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
