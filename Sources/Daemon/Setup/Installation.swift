import CLinux
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
        let installation = Installation(
            launcher: try program("acore-launch", in: folder), worker: try program("acore-sched-worker", in: folder))
        if geteuid() == 0 { try installation.refuseForeignHands() }
        return installation
    }

    /// What root starts, nobody else may replace: neither the programs nor the folders that they lie in.
    package func refuseForeignHands() throws(DaemonError) {
        for program in [launcher, worker] {
            let folder = program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            for path in [program, folder] {
                var status = stat()
                guard stat(path, &status) == 0 else {
                    throw DaemonError("cannot look at \(path): \(errnoText())", fix: "install acore-sched whole")
                }
                guard status.st_mode & 0o022 == 0 else {
                    throw DaemonError(
                        "others may change \(path) (mode \(String(status.st_mode & 0o7777, radix: 8))), and root would run it",
                        fix: "chmod go-w \(path)", category: .refused)
                }
            }
        }
    }

    package init(launcher: String, worker: String) {
        self.launcher = launcher
        self.worker = worker
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
