/// The control groups of the machine, or of the container that this is: cgroups(7). Both versions, and both side by side.
struct CgroupTree: Sendable {
    enum Version: String, Sendable {
        case v1, v2
    }

    /// Where the groups of one controller lie.
    struct Hierarchy: Sendable, Hashable {
        let version: Version
        /// The folder of the topmost group that can be seen.
        let folder: String
        /// That group's name in /proc/PID/cgroup.
        let top: String

        /// The folder of a group by its name in /proc/PID/cgroup.
        func folder(of group: String) -> String {
            var name = group
            if top != "/", name == top || name.hasPrefix(top + "/") { name.removeFirst(top.count) }
            return name == "/" || name.isEmpty ? folder : folder + (name.hasPrefix("/") ? name : "/" + name)
        }

        /// A group's folder and all above it, up to the topmost, innermost first.
        func levels(of group: String) -> [String] {
            var levels = [folder(of: group)]
            while let last = levels.last, last.count > folder.count, let slash = last.lastIndex(of: "/") {
                levels.append(String(last[..<slash]))
            }
            return levels
        }
    }

    private let mounts: [Mount]
    private let root: String

    init(root: String) throws(ReadError) {
        self.root = root
        mounts = try DiskReader.table(root: root).get().mounts.filter { $0.type == "cgroup" || $0.type == "cgroup2" }
    }

    /// Nil where no control groups with this controller are mounted.
    func hierarchy(of controller: String) -> Hierarchy? {
        if let mount = mounts.first(where: { $0.type == "cgroup" && $0.options.contains(controller) }) {
            return Hierarchy(version: .v1, folder: root + mount.point, top: mount.root)
        }
        guard let mount = mounts.first(where: { $0.type == "cgroup2" }) else { return nil }
        return Hierarchy(version: .v2, folder: root + mount.point, top: mount.root)
    }

    /// The group of this process that a controller counts; nil when it is in none.
    func own(_ controller: String) throws(ReadError) -> String? {
        let lines = try SmallFile.text(root + "/proc/self/cgroup").split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }.filter { $0.count == 3 }
        let line = lines.first { $0[1].split(separator: ",").contains(controller[...]) } ?? lines.first { $0[0] == "0" && $0[1].isEmpty }
        return line.map { Self.withoutRun(String($0[2])) }
    }

    /// The group of the service that runs the job, not the one of this run with its own limits: `…/runs/RUN/work`.
    private static func withoutRun(_ group: String) -> String {
        let parts = group.split(separator: "/")
        guard parts.count >= 3, parts.last == "work", parts[parts.count - 3] == "runs" else { return group }
        return "/" + parts.dropLast(3).joined(separator: "/")
    }
}
