import Dispatch
import Synchronization

/// Waits until a descriptor is readable, without a thread of its own.
enum Readiness {
    /// - Returns: false when the task was cancelled first.
    static func wait(for descriptor: Descriptor) async -> Bool {
        let waiter = Waiter(descriptor)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter.begin($0) }
        } onCancel: {
            waiter.cancel()
        }
    }
}

/// One wait. The continuation is resumed by the source's cancel handler alone: exactly once, after the source let go of
/// the descriptor.
private final class Waiter: Sendable {
    private enum State {
        case idle
        case waiting(stop: @Sendable () -> Void)
        case readable
        case cancelled
    }

    private let descriptor: Descriptor
    private let state = Mutex(State.idle)

    init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
    }

    func begin(_ continuation: CheckedContinuation<Bool, Never>) {
        // Dispatch sources may be used from any thread; the protocol's type does not say so.
        nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: .global())
        source.setEventHandler {
            self.settle(as: .readable)
            source.cancel()
        }
        source.setCancelHandler { continuation.resume(returning: self.isReadable) }
        let isCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            state = .waiting(stop: { source.cancel() })
            return false
        }
        source.activate()
        if isCancelled { source.cancel() }
    }

    func cancel() {
        settle(as: .cancelled)?()
    }

    private var isReadable: Bool {
        state.withLock { state in
            if case .readable = state { true } else { false }
        }
    }

    /// The first outcome stays; what stops the source is handed back if it was running.
    @discardableResult
    private func settle(as outcome: State) -> (@Sendable () -> Void)? {
        state.withLock { state in
            switch state {
            case .readable, .cancelled: return nil
            case .idle:
                state = outcome
                return nil
            case .waiting(let stop):
                state = outcome
                return stop
            }
        }
    }
}
