/// What a control group says of processor time.
struct CgroupProcessor: Sendable, Hashable {
    /// Microseconds since the group was made.
    let used: Int64
    /// Periods with a quota in force, and those of them in which the group was held back.
    let periods: Int64
    let throttled: Int64
    /// Processors' worth of time that the group may have: the smallest of its own quota and those above it; nil for no limit.
    let quota: Double?

    /// - Parameter accounts: the folder of the first version's `cpuacct`, which may be mounted apart from `cpu`.
    init(_ version: CgroupTree.Version, folder: String, accounts: String, levels: [String]) throws(ReadError) {
        let stat = KernelTable(try SmallFile.text(folder + "/cpu.stat"))
        periods = stat["nr_periods"] ?? 0
        throttled = stat["nr_throttled"] ?? 0
        switch version {
        case .v2:
            guard let used = stat["usage_usec"] else { throw ReadError(path: folder + "/cpu.stat", reason: "it has no usage_usec") }
            self.used = used
        case .v1:
            let path = accounts + "/cpuacct.usage"
            guard let nanoseconds = Int64(try SmallFile.text(path).trimmed) else { throw ReadError(path: path, reason: "it is no number") }
            used = nanoseconds / 1000
        }
        var smallest: Double?
        for level in levels {
            if let quota = try Self.quota(version, level) { smallest = min(smallest ?? quota, quota) }
        }
        quota = smallest
    }

    private static func quota(_ version: CgroupTree.Version, _ folder: String) throws(ReadError) -> Double? {
        switch version {
        case .v2:
            guard let text = try present(folder + "/cpu.max") else { return nil }
            let words = text.split(separator: " ").map { Double($0.filter { !$0.isNewline }) }
            guard words.count == 2, let quota = words[0], let period = words[1], period > 0 else { return nil }
            return quota / period
        case .v1:
            guard let quota = try CgroupMemory.number(folder + "/cpu.cfs_quota_us"), quota > 0,
                let period = try CgroupMemory.number(folder + "/cpu.cfs_period_us"), period > 0
            else { return nil }
            return Double(quota) / Double(period)
        }
    }

    /// Nil where there is no such file.
    private static func present(_ path: String) throws(ReadError) -> String? {
        do throws(ReadError) {
            return try SmallFile.text(path)
        } catch {
            if error.isAbsent { return nil }
            throw error
        }
    }
}
