import Dispatch
import Synchronization

/// Applies `transform` to each element on all cores; results come in the order of the elements.
func mapInParallel<Element: Sendable, Result: Sendable>(
    _ elements: [Element], chunk: Int = 32, _ transform: @Sendable (Element) -> Result
) -> [Result] {
    guard elements.count > chunk else { return elements.map(transform) }
    let chunks = (elements.count + chunk - 1) / chunk
    let results = Mutex<[[Result]]>(Array(repeating: [], count: chunks))
    DispatchQueue.concurrentPerform(iterations: chunks) { index in
        let part = elements[(index * chunk)..<min((index + 1) * chunk, elements.count)].map(transform)
        results.withLock { $0[index] = part }
    }
    return results.withLock { $0.flatMap(\.self) }
}
