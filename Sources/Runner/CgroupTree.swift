import Glibc

/// The part of the cgroup v2 hierarchy that was handed to us.
///
/// `UNIT/daemon` holds the daemon, `UNIT/runs/RUN/launch` a run's launcher, `UNIT/runs/RUN/work` its worker with the limits;
/// `work` is the only one that is ever killed. Processes live in leaves only, as the kernel asks once controllers are on.
package struct CgroupTree: Sendable {
    /// Without these a cgroup is of no use to us.
    static let needed = ["cpu", "memory", "pids"]

    /// The absolute path of UNIT.
    package let unit: String
    /// The controllers that are switched on below UNIT.
    package let controllers: [String]

    var runs: String { unit + "/runs" }

    /// Finds a subtree that was handed to this process.
    /// - Returns: the path of UNIT, or why limits cannot be kept by cgroups here.
    package static func find() -> CgroupSearch { own().checked() }

    /// The subtree of this process's service, whether it was handed over or not.
    static func own() -> CgroupSearch {
        guard let mounts = ControlFile.read("/proc/self/mountinfo"), let own = ControlFile.read("/proc/self/cgroup") else {
            return .unavailable(reason: "/proc is not readable")
        }
        return CgroupSearch(mountinfo: mounts, ownCgroup: own)
    }

    /// Takes UNIT into use: moves its processes to `UNIT/daemon`, switches controllers on, makes `UNIT/runs`.
    package init(unit: String) throws(RunnerError) {
        self.unit = unit
        let offered = ControlFile.read(unit + "/cgroup.controllers")?.split { $0 == " " || $0 == "\n" }.map(String.init) ?? []
        controllers = (Self.needed + ["io"]).filter(offered.contains)
        try Runner.makeFolder(unit + "/daemon", mode: 0o755)
        try moveProcesses(from: unit, to: unit + "/daemon")
        try Runner.makeFolder(runs, mode: 0o755)
        try switchOn(in: unit)
        try switchOn(in: runs)
    }

    private func switchOn(in path: String) throws(RunnerError) {
        try ControlFile.write(controllers.map { "+" + $0 }.joined(separator: " "), to: path + "/cgroup.subtree_control")
    }

    private func moveProcesses(from: String, to: String) throws(RunnerError) {
        for pid in ControlFile.read(from + "/cgroup.procs")?.split(separator: "\n") ?? [] {
            do {
                try ControlFile.write(String(pid), to: to + "/cgroup.procs")
            } catch {
                // A process that ended meanwhile needs no moving.
                guard case .system(_, _, ESRCH, _) = error else { throw error }
            }
        }
    }

    /// Makes a run's two cgroups and writes its limits. Counters begin anew for each attempt.
    func makeRun(_ run: String, limits: ResourceLimits) throws(RunnerError) -> CgroupRun {
        let path = runs + "/" + run
        try Runner.makeFolder(path, mode: 0o755)
        try switchOn(in: path)
        try CgroupFolders.remove(path + "/work")
        try Runner.makeFolder(path + "/launch", mode: 0o755)
        try Runner.makeFolder(path + "/work", mode: 0o755)
        return CgroupRun(launch: path + "/launch", work: path + "/work", notEnforced: write(limits, to: path + "/work"))
    }

    /// Whether a run has cgroups here.
    func holds(_ run: String) -> Bool { access("\(runs)/\(run)/work", F_OK) == 0 }

    /// Writes the limits of a live run again, after controllers were switched off and on.
    /// - Returns: limits that cannot be kept, each with the reason.
    package func rewrite(_ limits: ResourceLimits, of run: String) throws(RunnerError) -> [String] {
        try switchOn(in: runs + "/" + run)
        return write(limits, to: "\(runs)/\(run)/work")
    }

    /// A limit that the kernel refuses does not stop the run; it is said.
    private func write(_ limits: ResourceLimits, to work: String) -> [String] {
        var settings: [(key: String, file: String, value: String)] = []
        if let memory = limits.memoryMax {
            settings += [("memory_max", "memory.max", String(memory)), ("memory_max", "memory.oom.group", "1")]
            // Missing on a kernel without swap accounting, where there is nothing to limit.
            if access(work + "/memory.swap.max", F_OK) == 0 { settings.append(("memory_max", "memory.swap.max", "0")) }
        }
        if let cpu = limits.cpuMax { settings.append(("cpu_max", "cpu.max", "\(cpu * 1000) 100000")) }
        if let pids = limits.pidsMax { settings.append(("pids_max", "pids.max", String(pids))) }
        if let weight = limits.ioWeight { settings.append(("io_weight", "io.weight", "default \(weight)")) }
        var refused: [String] = []
        for (key, file, value) in settings {
            do {
                try ControlFile.write(value, to: "\(work)/\(file)")
            } catch {
                refused.append("\(key) is not enforced: \(error)")
            }
        }
        return refused
    }

    /// Removes a run's cgroups, from the leaves up; not an error when they are gone.
    func removeRun(_ run: String) throws(RunnerError) {
        try CgroupFolders.remove(runs + "/" + run)
    }

    /// KILLs everything in a run's `work` and waits until it is empty; false when there is no such cgroup.
    func kill(_ run: String) throws(RunnerError) -> Bool {
        let work = "\(runs)/\(run)/work"
        guard access(work, F_OK) == 0 else { return false }
        try ControlFile.write("1", to: work + "/cgroup.kill")
        try CgroupFolders.waitUntilEmpty(work)
        return true
    }

    /// Takes the controllers away from UNIT, from the leaves up, so that the service manager can put a new main process
    /// there while runs go on. It does all it can, whatever fails.
    /// - Returns: what could not be done.
    package static func release(unit: String) -> [String] {
        var problems: [String] = []
        let inner = CgroupFolders.children(of: unit + "/runs").map { unit + "/runs/" + $0 }
        for path in inner + [unit + "/runs", unit] where access(path, F_OK) == 0 {
            let active = ControlFile.read(path + "/cgroup.subtree_control")?.split { $0 == " " || $0 == "\n" } ?? []
            if active.isEmpty { continue }
            do {
                try ControlFile.write(active.map { "-" + $0 }.joined(separator: " "), to: path + "/cgroup.subtree_control")
            } catch {
                problems.append("\(error)")
            }
        }
        return problems
    }
}

/// The cgroups of one run.
struct CgroupRun: Sendable {
    let launch: String
    let work: String
    let notEnforced: [String]
}
