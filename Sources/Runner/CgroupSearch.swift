import CLinux
import Glibc

/// Whether this process may use cgroup v2, and where.
package enum CgroupSearch: Sendable, Equatable {
    /// The absolute path of the cgroup that is ours to divide.
    case available(unit: String)
    /// Why not, for the operator.
    case unavailable(reason: String)

    /// Finds the own cgroup's folder; works for the unified layout and for the hybrid one, where v2 lies beside v1.
    init(mountinfo: String, ownCgroup: String) {
        guard let (root, point) = Self.mount(in: mountinfo) else {
            self = .unavailable(reason: "no cgroup v2 hierarchy is mounted")
            return
        }
        guard let line = ownCgroup.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
            self = .unavailable(reason: "this process is in no cgroup of version 2")
            return
        }
        var path = String(line.dropFirst(3))
        // A mount of a part shows paths from that part on.
        if root != "/", path == root || path.hasPrefix(root + "/") { path = String(path.dropFirst(root.count)) }
        // The daemon lives in one of ours; commands of the unit beside it, as ExecStopPost=, in one of systemd's.
        for inner in ["/daemon", "/.control"] where path.hasSuffix(inner) { path = String(path.dropLast(inner.count)) }
        self = .available(unit: path.isEmpty || path == "/" ? point : point + path)
    }

    /// The root and the mount point of the first cgroup2 line, proc_pid_mountinfo(5).
    private static func mount(in mountinfo: String) -> (root: String, point: String)? {
        for line in mountinfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields[dash + 1] == "cgroup2", fields.count > 4 else {
                continue
            }
            return (String(fields[3]), String(fields[4]))
        }
        return nil
    }

    /// The same, if what is needed is there and it is really ours.
    func checked() -> CgroupSearch {
        guard case .available(let unit) = self else { return self }
        let offered = ControlFile.read(unit + "/cgroup.controllers")?.split { $0 == " " || $0 == "\n" }.map(String.init) ?? []
        let missing = CgroupTree.needed.filter { !offered.contains($0) }
        guard missing.isEmpty else {
            return .unavailable(reason: "\(unit) lacks the controllers \(missing.joined(separator: ", "))")
        }
        let files = ["", "/cgroup.procs", "/cgroup.subtree_control"]
        guard files.allSatisfy({ access(unit + $0, W_OK) == 0 }) else {
            return .unavailable(reason: "\(unit) is not writable for this user; a service gets it by Delegate=yes")
        }
        guard geteuid() != 0 || Self.isDelegated(unit) else {
            return .unavailable(reason: "\(unit) belongs to the service manager; a service gets its own by Delegate=yes")
        }
        return self
    }

    /// root may write everywhere; systemd marks what it gave away. The top of the hierarchy has no manager: a container.
    private static func isDelegated(_ unit: String) -> Bool {
        if access(unit + "/cgroup.type", F_OK) != 0 { return true }
        if access("/run/systemd/system", F_OK) != 0 { return true }
        return ["trusted.delegate", "user.delegate"].contains { name in
            var mark: UInt8 = 0
            return linux_lgetxattr(unit, name, &mark, 1) == 1 && mark == UInt8(ascii: "1")
        }
    }
}
