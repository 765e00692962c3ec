/// Why the scheduler does not do what an operator asks for.
package enum SchedulerRefusal: Error, Sendable, Hashable {
    /// No job of that name is in force.
    case unknownJob(String)
    /// A run of the job goes on, or waits to start, and the job's overlap policy allows no second one.
    case busy(RunID)
    /// So many runs of the job wait for a free place that no further one is taken.
    case tooManyWaiting(Int)
}
