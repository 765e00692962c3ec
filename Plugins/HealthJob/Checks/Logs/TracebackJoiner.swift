/// Makes one event of the lines of a Python traceback, with the line before it that told of the error, and with tracebacks that it names
/// as its cause. Its state is kept: a traceback may be half written when a look ends.
struct TracebackJoiner: Codable, Sendable, Hashable {
    private enum State: String, Codable {
        case plain
        /// The last line told of an error: a traceback that follows belongs to it.
        case afterError
        /// Between `Traceback (most recent call last):` and the exception.
        case inTraceback
        /// In one that is indented as a whole, as that of an exception group: no line behind it is its exception.
        case indented
        /// Behind the exception; its notes are indented.
        case afterException
        /// Behind the sentence that leads to the next traceback of the same error.
        case chained
    }

    /// What a line is.
    enum Place: Sendable, Hashable {
        case error
        case other
        /// More of the event before.
        case continuation
    }

    private static let head = Array("Traceback (most recent call last):".utf8)
    private static let bridges = [
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
    ].map { Array($0.utf8) }

    private var state = State.plain

    /// - Parameter isError: whether the line by itself tells of one.
    mutating func take(_ line: LogLine, isError: Bool) -> Place {
        let isHead = line.holds(Self.head)
        if continues(line, isHead) { return .continuation }
        // An exception's own message may have several lines: behind it only this sentence tells that the next traceback is of the same error.
        if Self.bridges.contains(where: { line.bytes.starts(with: $0) }) {
            state = .chained
            return .continuation
        }
        if isHead {
            state = Self.state(behind: line)
            return .error
        }
        state = isError ? .afterError : .plain
        return isError ? .error : .other
    }

    private mutating func continues(_ line: LogLine, _ isHead: Bool) -> Bool {
        switch state {
        case .plain: return false
        case .afterError:
            if isHead { state = Self.state(behind: line) }
            return isHead
        case .indented: return line.isEmpty || line.isIndented
        case .inTraceback:
            if !isHead, !line.isEmpty, !line.isIndented { state = .afterException }
            return true
        case .afterException:
            return line.isEmpty || line.isIndented
        case .chained:
            if isHead { state = Self.state(behind: line) }
            return isHead || line.isEmpty
        }
    }

    private static func state(behind head: LogLine) -> State { head.isIndented ? .indented : .inTraceback }
}
