/// What a control group says of its memory; the names differ between the versions.
struct CgroupMemory: Sendable, Hashable {
    let version: CgroupTree.Version
    let folder: String
    /// Bytes, the file cache included.
    let current: Int64
    /// Of that, file cache that can be given back at once.
    let inactiveFile: Int64
    /// Processes of the group, and below it, that were killed for want of memory; nil where the kernel does not say.
    let kills: Int64?

    /// - Returns: nil for the machine's topmost group, which does not count.
    init?(_ version: CgroupTree.Version, folder: String) throws(ReadError) {
        self.version = version
        self.folder = folder
        switch version {
        case .v2:
            guard let current = try Self.number(folder + "/memory.current") else { return nil }
            self.current = current
            inactiveFile = KernelTable(try SmallFile.text(folder + "/memory.stat"))["inactive_file"] ?? 0
            kills = KernelTable(try SmallFile.text(folder + "/memory.events"))["oom_kill"]
        case .v1:
            guard let current = try Self.number(folder + "/memory.usage_in_bytes") else { return nil }
            self.current = current
            inactiveFile = KernelTable(try SmallFile.text(folder + "/memory.stat"))["total_inactive_file"] ?? 0
            kills = KernelTable(try SmallFile.text(folder + "/memory.oom_control"))["oom_kill"]
        }
    }

    var used: Int64 { max(0, current - inactiveFile) }

    var inputs: [String: String] {
        var inputs = ["cgroup": folder, "cgroup_version": version.rawValue]
        switch version {
        case .v2:
            inputs["memory.current"] = String(current)
            inputs["inactive_file"] = String(inactiveFile)
        case .v1:
            inputs["memory.usage_in_bytes"] = String(current)
            inputs["total_inactive_file"] = String(inactiveFile)
        }
        inputs["oom_kill"] = kills.map { String($0) }
        return inputs
    }

    /// The level with the smallest limit, among a group's folder and those above it.
    static func limit(_ version: CgroupTree.Version, levels: [String]) throws(ReadError) -> (folder: String, bytes: Int64)? {
        var smallest: (folder: String, bytes: Int64)?
        for folder in levels {
            let name = version == .v2 ? "/memory.max" : "/memory.limit_in_bytes"
            // The first version writes the largest number of pages for "none".
            guard let bytes = try number(folder + name), bytes < Int64.max / 2 else { continue }
            if smallest.map({ bytes < $0.bytes }) ?? true { smallest = (folder, bytes) }
        }
        return smallest
    }

    /// The number in a file; nil for `max`, and where there is no such file.
    static func number(_ path: String) throws(ReadError) -> Int64? {
        do throws(ReadError) {
            return Int64(try SmallFile.text(path).trimmed)
        } catch {
            if error.isAbsent { return nil }
            throw error
        }
    }
}
