import Dispatch
import JobKit
import Processes
import Synchronization

/// Looks at several targets at once, so that a slow one holds up no other, and one that hangs is left behind.
enum SideBySide {
    /// Threads at a time.
    static let width = 16
    /// Beside the time that the looks have, for all that comes after.
    static let reserve: Duration = .milliseconds(500)

    private struct State<Result: Sendable>: Sendable {
        var next = 0
        var open: Int
        var results: [Result?]
    }

    private final class Board<Result: Sendable>: Sendable {
        let state: Mutex<State<Result>>
        /// Signalled when the last result is there.
        let done = DispatchSemaphore(value: 0)

        init(count: Int) { state = Mutex(State(open: count, results: Array(repeating: nil, count: count))) }
    }

    /// The time in which so many looks, of which each bounds its own time, have ended.
    static func time(for count: Int, each time: Duration) -> Duration { time * max(1, (count + width - 1) / width) }

    /// What `look` returns for each element, in their order.
    /// - Parameters:
    ///   - limit: no look is waited for any longer.
    ///   - late: stands for a look that has not ended by then; the text says why.
    static func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], within limit: Duration, late: (Element, String) -> Result, _ look: @escaping @Sendable (Element) -> Result
    ) -> [Result] {
        guard !elements.isEmpty else { return [] }
        let board = Board<Result>(count: elements.count)
        let work: @Sendable () -> Void = {
            while let index = board.state.withLock({ Self.take(&$0) }) {
                let result = look(elements[index])
                let isLast = board.state.withLock { state in
                    state.results[index] = result
                    state.open -= 1
                    return state.open == 0
                }
                if isLast { board.done.signal() }
            }
        }
        let threads = (0..<min(width, elements.count)).count { _ in OwnThread.start(work) }
        if threads > 0 { _ = board.done.wait(timeout: .after(limit)) }
        let reason = threads > 0 ? "had not answered after \(limit.settingText)" : "no thread could be started to look"
        let results = board.state.withLock { state in
            // None is begun any more.
            state.next = elements.count
            return state.results
        }
        return zip(elements, results).map { element, result in result ?? late(element, reason) }
    }

    private static func take<Result: Sendable>(_ state: inout State<Result>) -> Int? {
        guard state.next < state.results.count else { return nil }
        defer { state.next += 1 }
        return state.next
    }
}
