import JobKit

/// Tells how far the work is, not too often, and never that it is done before it is.
final class ProgressReporter {
    /// What the work shows at most before its end, whatever was expected.
    private static let mostBeforeTheEnd = 0.99

    private let context: JobContext
    private let unit: String
    private let clock = ContinuousClock()
    private var pace: ProgressPace
    private var hasTold = false
    private var most = 0.0

    /// - Parameter unit: of the numbers, such as `bytes`.
    init(_ context: JobContext, unit: String) {
        self.context = context
        self.unit = unit
        pace = ProgressPace(from: clock.now)
    }

    /// - Parameters:
    ///   - done: a smaller number than before counts as that one.
    ///   - expected: an estimate of all; nil where nobody knows.
    func report(_ done: Double, of expected: @autoclosure () -> Double?) {
        most = max(most, done)
        guard pace.isDue(at: clock.now) else { return }
        hasTold = true
        context.progress(done: most, total: expected().map { Self.total(expected: $0, done: most) }, unit: unit)
    }

    /// The work is done. Who was never told of it while it went on needs no word now.
    func end(_ done: Double) {
        if hasTold { context.progress(done: done, total: done, unit: unit) }
    }

    /// An estimate that proves too small grows.
    static func total(expected: Double, done: Double) -> Double { max(expected, done / mostBeforeTheEnd) }
}
