import Glibc

/// A thread that nobody else uses, and none of those that are shared: whoever starts it may have given up rights for itself and all that it starts.
package enum OwnThread {
    /// Carries the work out beside the caller's.
    /// - Returns: false when no thread can be had; then nothing is carried out.
    package static func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        let held = Unmanaged.passRetained(Held(work: work))
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Held>.fromOpaque(context).takeRetainedValue().work() }
                return nil
            }, held.toOpaque())
        guard started == 0 else {
            held.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private final class Held: Sendable {
        let work: @Sendable () -> Void

        init(work: @escaping @Sendable () -> Void) { self.work = work }
    }
}
