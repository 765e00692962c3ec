/// `limits.json`: what a run's cgroup is to keep, for the daemon that takes the run over. Switching controllers off and on
/// takes the kernel's own copy away.
struct LimitRecord: Sendable, Equatable, Codable {
    /// The version of the record.
    var v = 1
    var memoryMax: Int64?
    var cpuMax: Int?
    var pidsMax: Int?
    var ioWeight: Int?

    private enum CodingKeys: String, CodingKey {
        case v
        case memoryMax = "memory_max"
        case cpuMax = "cpu_max"
        case pidsMax = "pids_max"
        case ioWeight = "io_weight"
    }

    init(_ limits: ResourceLimits) {
        memoryMax = limits.memoryMax
        cpuMax = limits.cpuMax
        pidsMax = limits.pidsMax
        ioWeight = limits.ioWeight
    }

    /// Without those that a process keeps by itself (nice, I/O class).
    var limits: ResourceLimits { ResourceLimits(memoryMax: memoryMax, cpuMax: cpuMax, pidsMax: pidsMax, ioWeight: ioWeight) }
}
