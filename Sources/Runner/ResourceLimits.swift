/// What one run may use at most; nil = no limit.
package struct ResourceLimits: Sendable, Equatable {
    /// Bytes of memory of the whole run. Without a cgroup: of address space of each process.
    package var memoryMax: Int64?
    /// Percent of one CPU; 150 = one and a half. Needs a cgroup.
    package var cpuMax: Int?
    /// Processes and threads of the whole run. Without a cgroup: of the run's user, unless that is root.
    package var pidsMax: Int?
    /// From -20 (first) to 19 (last).
    package var nice: Int?
    /// When the disk serves this run.
    package var ioClass: IOClass?
    /// The share of the disk against other runs, 1...10000, 100 = as usual. Needs a cgroup.
    package var ioWeight: Int?

    /// No limits but those named.
    package init(
        memoryMax: Int64? = nil, cpuMax: Int? = nil, pidsMax: Int? = nil, nice: Int? = nil, ioClass: IOClass? = nil, ioWeight: Int? = nil
    ) {
        self.memoryMax = memoryMax
        self.cpuMax = cpuMax
        self.pidsMax = pidsMax
        self.nice = nice
        self.ioClass = ioClass
        self.ioWeight = ioWeight
    }
}

/// A process's class for disk access, ioprio_set(2).
package enum IOClass: Sendable, Equatable {
    /// What the nice value says.
    case none
    /// Served by level, 0 (first) to 7.
    case bestEffort(level: Int)
    /// Served when nobody else asks.
    case idle

    /// The word of the launch plan.
    var planWord: String {
        switch self {
        case .none: "none"
        case .bestEffort(let level): "best_effort:\(level)"
        case .idle: "idle"
        }
    }
}
