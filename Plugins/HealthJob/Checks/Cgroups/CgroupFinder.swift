import Glibc

/// Why a unit's control group is not known.
struct CgroupGap: Error, Hashable {
    let reason: String
    /// Whether the unit, and its group with it, was ended for want of memory: the group's own counter is gone then.
    var isKilled = false
}

/// A control group in each of the hierarchies.
struct CgroupPlace: Sendable {
    let name: String
    let tree: CgroupTree

    func hierarchy(of controller: String) -> CgroupTree.Hierarchy? { tree.hierarchy(of: controller) }
    /// Its folder for a controller; nil where that is not mounted.
    func folder(of controller: String) -> String? { hierarchy(of: controller)?.folder(of: name) }
}

/// Finds control groups of units: where systemd puts them by itself, else by asking it, once for all.
struct CgroupFinder {
    private var found: [String: Result<CgroupPlace, CgroupGap>] = [:]

    /// - Parameter names: units, or groups with `/` in front.
    init(_ names: [String], in scene: CheckScene, systemctl: Systemctl) {
        let tree: CgroupTree
        do throws(ReadError) {
            tree = try CgroupTree(root: scene.root)
        } catch {
            for name in names { found[name] = .failure(CgroupGap(reason: "\(error)")) }
            return
        }
        for name in names {
            if let group = Self.usual(name).first(where: { Self.isThere($0, tree) }) {
                found[name] = .success(CgroupPlace(name: group, tree: tree))
            } else if name.hasPrefix("/") {
                found[name] = .failure(CgroupGap(reason: "there is no control group \(name)"))
            }
        }
        ask(names.filter { found[$0] == nil }, tree, systemctl)
    }

    func group(of name: String) -> Result<CgroupPlace, CgroupGap> {
        found[name] ?? .failure(CgroupGap(reason: "the control group of \(name) is not known"))
    }

    private mutating func ask(_ units: [String], _ tree: CgroupTree, _ systemctl: Systemctl) {
        switch systemctl.show(units, ["Id", "ActiveState", "ControlGroup", "Result"]) {
        case .failure(let failure):
            for unit in units {
                found[unit] = .failure(CgroupGap(reason: "\(unit) has no control group below /system.slice, and \(failure)"))
            }
        case .success(let answers):
            for (unit, answer) in zip(units, answers) {
                let state = answer["ActiveState"] ?? "unknown"
                let isKilled = answer["Result"] == "oom-kill"
                let cause = isKilled ? ": it was ended for want of memory" : ""
                found[unit] =
                    answer["ControlGroup"].map { .success(CgroupPlace(name: $0, tree: tree)) }
                    ?? .failure(CgroupGap(reason: "\(unit) is \(state) and has no control group\(cause)", isKilled: isKilled))
            }
        }
    }

    /// Where a group of that name is, unless its unit says otherwise.
    private static func usual(_ name: String) -> [String] {
        if name.hasPrefix("/") { return [name] }
        guard let at = name.firstIndex(of: "@") else { return ["/system.slice/\(name)"] }
        return ["/system.slice/system-\(name[..<at]).slice/\(name)", "/system.slice/\(name)"]
    }

    private static func isThere(_ group: String, _ tree: CgroupTree) -> Bool {
        ["memory", "cpu", "pids"].contains { controller in
            tree.hierarchy(of: controller).map { access($0.folder(of: group), F_OK) == 0 } ?? false
        }
    }
}
