import CLinux
import Glibc

/// A thread of its own for work on names that nobody vouches for: where the kernel has Landlock, it refuses every write outside of one folder.
///
/// A second barrier beside ``TreeWriter``, which follows no link by itself. Modes, owners and times of files are none of Landlock's matters.
package enum WriteConfinement {
    /// Carries the work out, and returns when it has ended.
    package static func run<Value, Failure: Error>(
        writingBelow folder: HeldDescriptor, _ work: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = withoutActuallyEscaping(work) { work in
            let errand = Errand(folder: folder) { Result { () throws(Failure) in try work() } }
            errand.carryOut()
            return errand.result ?? Result { () throws(Failure) in try work() }
        }
        return try result.get()
    }
}

/// Work on its way to a thread and back.
private final class Errand<Value> {
    private let folder: HeldDescriptor
    private var work: (() -> Value)?
    /// Nil when no thread could be had.
    private(set) var result: Value?

    init(folder: HeldDescriptor, work: @escaping () -> Value) {
        self.folder = folder
        self.work = work
    }

    func carryOut() {
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                (Unmanaged<AnyObject>.fromOpaque(context).takeUnretainedValue() as? any ThreadWork)?.workHere()
                return nil
            }, Unmanaged<AnyObject>.passUnretained(self).toOpaque())
        if started == 0 { pthread_join(thread, nil) }
        work = nil
    }
}

/// What a thread can do without knowing what for: a C function knows no type parameters.
private protocol ThreadWork {
    func workHere()
}

extension Errand: ThreadWork {
    func workHere() {
        // A kernel without it is no obstacle: then only the writer's own care holds.
        _ = linux_confine_writes(folder.number)
        result = work?()
    }
}
