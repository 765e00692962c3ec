/// Where runs live on this machine; the same for all of them.
package struct RunnerSettings: Sendable {
    /// Holds `runs/RUN/`; must exist.
    package var stateDirectory: String
    /// The built `acore-launch`.
    package var launcherPath: String
    /// Memory-backed folder for secrets, for example /run/acore-sched; nil = jobs with secrets are refused.
    package var runtimeDirectory: String?
    /// The delegated cgroup subtree; nil = limits fall back to rlimits.
    package var cgroup: CgroupTree?

    /// Names the folders; nothing is opened or made.
    package init(stateDirectory: String, launcherPath: String, runtimeDirectory: String? = nil, cgroup: CgroupTree? = nil) {
        self.stateDirectory = stateDirectory
        self.launcherPath = launcherPath
        self.runtimeDirectory = runtimeDirectory
        self.cgroup = cgroup
    }
}
