import Glibc

/// The programs that belong to this one: the launcher and the worker.
package struct Installation: Sendable {
    package let launcher: String
    package let worker: String

    /// Looks beside the real path of `executable`, then in `../libexec/acore-sched`.
    /// - Throws: naming both folders when a program is in neither.
    package static func find(besides executable: String = "/proc/self/exe") throws(DaemonError) -> Installation {
        guard let resolved = realpath(executable, nil) else {
            throw DaemonError("cannot tell where this program lies: \(errnoText())", fix: "mount /proc")
        }
        defer { free(resolved) }
        let folder = String(cString: resolved).split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return Installation(
            launcher: try program("acore-launch", in: folder), worker: try program("acore-sched-worker", in: folder))
    }

    private static func program(_ name: String, in folder: String) throws(DaemonError) -> String {
        let places = ["\(folder)/\(name)", "\(folder)/../libexec/acore-sched/\(name)"]
        guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
            throw DaemonError(
                "\(name) is neither \(places[0]) nor \(places[1])", fix: "install acore-sched whole: its three programs belong together")
        }
        return found
    }
}
