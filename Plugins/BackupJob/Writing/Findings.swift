import FileTree
import JobKit

/// Names what is missing or doubtful in a point, in the run's log, without flooding it.
struct Findings {
    /// The most lines of each kind; what comes after is counted.
    static let maximumLines = 200

    /// Exceptions that make the outcome a warning.
    private(set) var warnings = 0
    /// The first of them, for the summary.
    private(set) var first: String?
    private var notes = 0
    private let context: JobContext

    init(context: JobContext) {
        self.context = context
    }

    /// Something is missing or doubtful.
    mutating func warn(_ message: String) {
        warnings += 1
        first = first ?? message
        say(.warning, message, number: warnings)
    }

    /// Worth a line, and nothing is wrong.
    mutating func note(_ message: String) {
        notes += 1
        say(.info, message, number: notes)
    }

    private func say(_ level: LogLevel, _ message: String, number: Int) {
        if number <= Self.maximumLines { context.log(level, message) }
        if number == Self.maximumLines { context.log(level, "more lines of this kind follow in the manifest only; they are counted") }
    }
}
