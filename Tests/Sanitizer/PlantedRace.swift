import Glibc
import Synchronization

/// Two threads add to one number: with nothing that orders them, or under a mutex when the argument is `guarded`.
///
/// The first must be reported and the second must not, or what Thread Sanitizer says about other programs means nothing.
@main
enum PlantedRace {
    static func main() {
        let isGuarded = CommandLine.arguments.contains("guarded")
        lock.withLock { _ in number.initialize(to: 0) }
        var threads = [pthread_t](repeating: 0, count: 2)
        for index in threads.indices {
            let refusal = pthread_create(&threads[index], nil, isGuarded ? addGuarded : add, nil)
            precondition(refusal == 0, "pthread_create refused with \(refusal)")
        }
        for thread in threads { pthread_join(thread, nil) }
        print(number.pointee)
    }
}

nonisolated(unsafe) private let number = UnsafeMutablePointer<Int>.allocate(capacity: 1)
private let lock = Mutex(())

/// So many that the threads meet: a mutex that nobody waits for is another matter.
private let additions = 100_000

private func add(_: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    for _ in 0..<additions { number.pointee += 1 }
    return nil
}

private func addGuarded(_: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    for _ in 0..<additions { lock.withLock { _ in number.pointee += 1 } }
    return nil
}
