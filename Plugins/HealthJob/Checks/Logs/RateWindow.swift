import FoundationEssentials

/// Lines and errors of the last while, in slices.
struct RateWindow: Codable, Sendable, Hashable {
    /// Looks that lie closer together than this part of the window share a slice.
    private static let parts = 60.0

    private struct Slice: Codable, Sendable, Hashable {
        var at: Date
        var lines: Int
        var errors: Int
    }

    private var slices: [Slice] = []

    /// Takes what one look counted, and forgets what is too old. A slice from the future is of a clock that was wrong.
    mutating func add(lines: Int, errors: Int, at now: Date, window: Duration) {
        let length = window.inSeconds
        slices.removeAll { now.timeIntervalSince($0.at) >= length || $0.at > now }
        if let last = slices.last, now.timeIntervalSince(last.at) < length / Self.parts {
            slices[slices.count - 1].lines += lines
            slices[slices.count - 1].errors += errors
        } else if lines > 0 || errors > 0 {
            slices.append(Slice(at: now, lines: lines, errors: errors))
        }
    }

    var lines: Int { slices.reduce(0) { $0 + $1.lines } }
    var errors: Int { slices.reduce(0) { $0 + $1.errors } }
}
