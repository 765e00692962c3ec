import Dispatch

/// Runs tasks on a thread beside those that all other tasks share: those may all wait for a disk, and a small machine has but one.
package final class SpareThread: TaskExecutor {
    private let queue: DispatchQueue

    /// - Parameter name: for debuggers.
    package init(_ name: String) { queue = DispatchQueue(label: name) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
