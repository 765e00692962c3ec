import Dispatch
import Processes
import Synchronization

/// A call that may hang: it is made on a thread of its own, which is left behind when it is late.
final class BoundedCall<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let arrived = DispatchSemaphore(value: 0)

    private init() {}

    /// Begins the call.
    /// - Returns: nil when no thread could be started.
    static func begin(_ call: @escaping @Sendable () -> Value) -> BoundedCall? {
        let bounded = BoundedCall()
        let isStarted = OwnThread.start {
            let result = call()
            bounded.value.withLock { $0 = result }
            bounded.arrived.signal()
        }
        return isStarted ? bounded : nil
    }

    /// Waits for the call's end; to be asked once.
    /// - Returns: nil when it has not returned by then.
    func value(until deadline: DispatchTime) -> Value? {
        guard arrived.wait(timeout: deadline) == .success else { return nil }
        return value.withLock { $0 }
    }
}

extension DispatchTime {
    /// The moment so much later than now, by the clock that no one sets.
    static func after(_ duration: Duration) -> DispatchTime {
        .now() + .nanoseconds(Int(clamping: duration.wholeNanoseconds))
    }
}
