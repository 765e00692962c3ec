import Dispatch
import Foundation
import Testing

/// Gives each test a thread of its own: these tests block on pipes and processes, and the shared threads are few. A few of
/// them go at once, since each has several processes.
struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        try await withTaskExecutorPreference(ThreadExecutor()) {
            Self.enter()
            defer { Self.leave() }
            try await function()
        }
    }

    private static let places = DispatchSemaphore(value: 8)

    private static func enter() { places.wait() }

    private static func leave() { places.signal() }
}

/// Runs each piece of a task on a new thread.
private final class ThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }.start()
    }
}

extension Trait where Self == OwnThread {
    static var ownThread: OwnThread { OwnThread() }
}
