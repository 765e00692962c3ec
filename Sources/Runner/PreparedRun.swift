/// A run whose folder is made: nothing of it is running.
package struct PreparedRun: Sendable {
    /// The request it was made from.
    package let request: LaunchRequest
    /// `STATE/runs/RUN`.
    package let folder: String
    /// The whole environment of the worker, in the order it is given.
    package let environment: [(name: String, value: String)]
    /// Limits that this machine cannot keep, each with the reason; empty = all are kept.
    package let notEnforced: [String]
    let cgroup: CgroupRun?
}
