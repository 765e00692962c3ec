import Dispatch
import Synchronization

/// Asks a part of the daemon how things are, for all who want to know: one question at a time, and nobody waits longer than they want to.
///
/// A part that hangs answers nobody; then the one question stands, and its age says so.
package final class Inquiry<Answer: Sendable>: Sendable {
    private struct State {
        var askedAt: Duration?
        var waiters: [Int: CheckedContinuation<Answer?, Never>] = [:]
        var count = 0
    }

    private let state = Mutex(State())
    private let ask: @Sendable () async -> Answer
    private let uptime: @Sendable () -> Duration
    /// Impatience must not wait, too: the threads of tasks may all be taken.
    private let timers = DispatchQueue(label: "inquiry")

    /// - Parameter ask: waits for the answer, however long that takes.
    package init(uptime: @escaping @Sendable () -> Duration, ask: @escaping @Sendable () async -> Answer) {
        self.uptime = uptime
        self.ask = ask
    }

    /// Since when a question has no answer.
    package var askedAt: Duration? { state.withLock { $0.askedAt } }

    /// Puts the question, unless it has been put and not been answered.
    package func put() {
        let now = uptime()
        let isNew = state.withLock { state in
            if state.askedAt != nil { return false }
            state.askedAt = now
            return true
        }
        // It ends with the answer; nobody owns it, since it must outlive whoever asked.
        if isNew { Task { settle(await ask()) } }
    }

    /// The answer; nil when it does not come in time.
    package func answer(within patience: Duration) async -> Answer? {
        await withCheckedContinuation { continuation in
            let number = state.withLock { state in
                state.count += 1
                state.waiters[state.count] = continuation
                return state.count
            }
            put()
            // Rings for nothing when the answer has come.
            timers.asyncAfter(deadline: .now() + patience.seconds) { self.giveUp(number) }
        }
    }

    private func settle(_ answer: Answer) {
        let waiters = state.withLock { state in
            state.askedAt = nil
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: answer) }
    }

    private func giveUp(_ number: Int) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: nil)
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
