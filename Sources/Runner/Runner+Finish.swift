import CLinux
import Glibc

extension Runner {
    /// Clears away what only a living run needs: its tmp/, its secrets, its cgroups. The records and the output stay.
    /// - Throws: ``RunnerError/busy(run:)`` while its launcher is alive.
    package func finish(run: String) throws(RunnerError) {
        let folder = try RunFolder(run: run, in: settings)
        if try folder.isAlive() { throw .busy(run: run) }
        if let runtime = settings.runtimeDirectory { try FolderTree.remove(RunFolder.secrets(of: run, in: runtime)) }
        try FolderTree.remove(folder.temporary)
        for left in ["/exit.json.reserved", "/launch.json.new"] { unlink(folder.path + left) }
        try settings.cgroup?.removeRun(run)
    }

    /// Removes a run's whole folder, records and output too.
    /// - Throws: ``RunnerError/busy(run:)`` while its launcher is alive.
    package func forget(run: String) throws(RunnerError) {
        try finish(run: run)
        try FolderTree.remove(try RunFolder(run: run, in: settings).path)
    }

    /// Ends what a killed launcher left: everything in the run's cgroup, in the launcher's session, or with the run's id in
    /// its environment. Returns when they are gone.
    /// - Returns: how many processes were killed; nil = the kernel killed the cgroup and did not count.
    @discardableResult
    package func killRemains(of run: String) throws(RunnerError) -> Int? {
        let folder = try RunFolder(run: run, in: settings)
        if try folder.isAlive() { throw .busy(run: run) }
        if let tree = settings.cgroup, try tree.kill(run) { return nil }
        let record = try RunRecords.read(LaunchRecord.self, at: folder.launch)
        return Remains(run: run, record: record).kill()
    }
}
