import CLinux
import Glibc

/// The folder that holds everything the scheduler remembers.
package struct StateDirectory: Sendable {
    package let path: String

    /// Makes the folder with `runs` and `jobs` in it where they are missing. Others may pass through to the folders of
    /// their own runs, but read nothing.
    package init(path: String) throws(DaemonError) {
        self.path = path
        try Self.makeParents(of: path)
        for folder in [path, "\(path)/runs", "\(path)/jobs"] { try Self.make(folder) }
        guard access(path, W_OK) == 0 else {
            throw DaemonError(
                "the state directory \(path) cannot be written: \(errnoText())",
                fix: "name another with --state-dir, or give this one to the user who runs acore-sched", category: .refused)
        }
    }

    /// The folder that a job keeps between runs, made for `owner`.
    package func folder(ofJob job: String, owner: (uid: UInt32, gid: UInt32)?) throws(DaemonError) -> String {
        let folder = "\(path)/jobs/\(job)"
        try Self.make(folder, mode: 0o700)
        guard let owner, owner.uid != geteuid() else { return folder }
        guard lchown(folder, owner.uid, owner.gid) == 0 else {
            throw DaemonError(
                "cannot give \(folder) to uid \(owner.uid): \(errnoText())", fix: "run the daemon as root, or leave run_as out")
        }
        return folder
    }

    private static func makeParents(of path: String) throws(DaemonError) {
        var parent = ""
        for part in path.split(separator: "/").dropLast() {
            parent += "/\(part)"
            try make(parent, mode: 0o755)
        }
    }

    private static func make(_ folder: String, mode: mode_t = 0o711) throws(DaemonError) {
        if mkdir(folder, mode) == 0 || errno == EEXIST { return }
        let reason = errnoText()
        var status = stat()
        // A read-only or foreign parent refuses mkdir even where the folder is there.
        if stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw DaemonError(
            "cannot make \(folder): \(reason)",
            fix: "make it by hand for the user who runs acore-sched, or name another with --state-dir",
            category: .refused)
    }
}
