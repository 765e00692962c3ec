import FoundationEssentials

/// What is remembered of one log.
struct LogRecord: Codable, Sendable, Hashable {
    /// Writers whose half-written tracebacks are remembered.
    private static let writerBound = 200

    /// Where the last look at a file ended.
    var place: LogPlace?
    /// The journal's entry that was the last one.
    var cursor: String?
    /// The time from which on the journal is read while there is no such entry.
    var since: Date?
    var window = RateWindow()
    /// By writer.
    private var joiners: [String: TracebackJoiner] = [:]

    init() {}

    /// What a line is, after those that its writer wrote before.
    mutating func place(of line: LogLine, isError: Bool) -> TracebackJoiner.Place {
        var joiner = joiners[line.writer] ?? TracebackJoiner()
        let place = joiner.take(line, isError: isError)
        if joiners[line.writer] == nil, joiners.count >= Self.writerBound { joiners.removeAll() }
        // A writer in no traceback needs no memory.
        joiners[line.writer] = joiner == TracebackJoiner() ? nil : joiner
        return place
    }
}
