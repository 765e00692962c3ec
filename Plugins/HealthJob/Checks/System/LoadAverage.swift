/// /proc/loadavg: tasks that run, wait for a processor, or wait uninterruptibly, averaged over 1, 5 and 15 minutes; proc(5).
struct LoadAverage: Sendable, Hashable {
    let one: Double
    let five: Double
    let fifteen: Double

    /// - Returns: nil when the text is not of that form.
    init?(_ text: String) {
        let numbers = text.split(separator: " ").prefix(3).compactMap { Double($0) }
        guard numbers.count == 3 else { return nil }
        (one, five, fifteen) = (numbers[0], numbers[1], numbers[2])
    }
}
