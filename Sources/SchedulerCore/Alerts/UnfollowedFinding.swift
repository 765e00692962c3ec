/// A result of a run that is not followed: its key is new, and there is no room for more.
package struct UnfollowedFinding: Sendable, Hashable {
    /// What there are too many of.
    package enum Bound: String, Sendable, Hashable, CaseIterable {
        /// Checks of the job itself.
        case job
        /// Checks of all jobs.
        case all
    }

    package var job: String
    package var bound: Bound

    package init(job: String, bound: Bound) {
        self.job = job
        self.bound = bound
    }
}
