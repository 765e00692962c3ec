/// A run whose launcher is alive, or was when this was made. Closing it does nothing to the run.
package final class LiveRun: Sendable {
    /// The run's id.
    package let run: String
    /// The launcher's process; its number is safe to use only through the descriptor.
    package let pid: Int32
    let pidfd: Descriptor

    init(run: String, pid: Int32, pidfd: Descriptor) {
        self.run = run
        self.pid = pid
        self.pidfd = pidfd
    }
}
