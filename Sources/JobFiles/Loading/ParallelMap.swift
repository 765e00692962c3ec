import Dispatch

/// Applies `transform` to each element on all cores; results come in the order of the elements.
package func mapInParallel<Element: Sendable, Result: Sendable>(
    _ elements: [Element], chunk: Int = 32, _ transform: @Sendable (Element) -> Result
) -> [Result] {
    guard elements.count > chunk else { return elements.map(transform) }
    let chunks = (elements.count + chunk - 1) / chunk
    return [Result](unsafeUninitializedCapacity: elements.count) { buffer, count in
        // Each place is written by one thread, and read once all of them are done.
        nonisolated(unsafe) let places = buffer
        DispatchQueue.concurrentPerform(iterations: chunks) { index in
            for place in (index * chunk)..<min((index + 1) * chunk, elements.count) {
                places.initializeElement(at: place, to: transform(elements[place]))
            }
        }
        count = elements.count
    }
}
