import Synchronization

/// Carries the wish to stop from the task that is cancelled to the thread that works.
final class StopFlag: Sendable {
    private let isRaised = Atomic(false)

    /// Asks the work to stop at its next safe point.
    func raise() {
        isRaised.store(true, ordering: .relaxed)
    }

    /// Whether somebody asked.
    var isStopped: Bool { isRaised.load(ordering: .relaxed) }

    /// A safe point: nothing is held that the caller does not give back.
    func check() throws(BackupError) {
        if isStopped { throw .stopped }
    }
}
