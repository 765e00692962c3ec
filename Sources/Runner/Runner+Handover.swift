import FoundationEssentials
import Glibc

extension Runner {
    /// Puts a live run's limits in force again: whoever stopped the daemon before switched the controllers off.
    /// - Returns: limits that cannot be kept, each with the reason; empty without cgroups, and for a run that has none.
    package func restoreLimits(of run: String) throws(RunnerError) -> [String] {
        guard let tree = settings.cgroup, tree.holds(run) else { return [] }
        let folder = try RunFolder(run: run, in: settings)
        let record = try RunRecords.read(LimitRecord.self, at: folder.limits)
        return try tree.rewrite(record?.limits ?? ResourceLimits(), of: run)
    }

    /// Hands the unit's cgroup back to the service manager, so that it can start the next daemon beside runs that go on:
    /// keeps what was counted for each, then takes the controllers away. It does all it can, whatever fails.
    /// - Parameter stateDirectory: where the runs' folders lie.
    /// - Returns: what could not be done.
    package static func releaseCgroups(stateDirectory: String) -> [String] {
        guard case .available(let unit) = CgroupTree.own() else { return [] }
        let settings = RunnerSettings(stateDirectory: stateDirectory, launcherPath: "")
        var problems: [String] = []
        for run in CgroupFolders.children(of: unit + "/runs") {
            do throws(RunnerError) {
                try keepFigures(of: run, cgroup: "\(unit)/runs/\(run)/work", in: settings)
            } catch {
                problems.append("\(error)")
            }
        }
        return problems + CgroupTree.release(unit: unit)
    }

    private static func keepFigures(of run: String, cgroup: String, in settings: RunnerSettings) throws(RunnerError) {
        let folder = try RunFolder(run: run, in: settings)
        guard access(folder.launch, F_OK) == 0, access(cgroup, F_OK) == 0 else { return }
        let before = try RunRecords.read(EarlierFigures.self, at: folder.figures)
        try RunRecords.write(EarlierFigures(cgroup: cgroup).joined(with: before), to: folder.figures)
    }
}

extension RunFolder {
    /// How the latest attempt ended, with what was counted before a daemon was stopped; nil = it has not ended.
    func exitRecord() throws(RunnerError) -> ExitRecord? {
        guard let record = try RunRecords.read(ExitRecord.self, at: exit) else { return nil }
        guard let before = try RunRecords.read(EarlierFigures.self, at: figures) else { return record }
        return before.added(to: record)
    }
}
