import JobKit

/// What a program of monitoring-plugins says: its first line, and the numbers behind `|`.
struct ProgramAnswer: Sendable, Hashable {
    /// Without what looks like a secret: some programs repeat how they were called.
    let firstLine: String
    let values: [PerformanceValue]

    /// As the guidelines of monitoring-plugins have it: numbers behind `|` in the first line, and behind the next `|` in those that follow.
    init(_ output: [UInt8]) {
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let first = (lines.first ?? "").split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        firstLine = Redaction.line(String(first.first ?? "").trimmed, bound: 1000)
        var numbers = first.count > 1 ? String(first[1]) : ""
        var isBehind = false
        for line in lines.dropFirst() {
            if isBehind {
                numbers += " " + line
            } else if let mark = line.firstIndex(of: "|") {
                isBehind = true
                numbers += " " + line[line.index(after: mark)...]
            }
        }
        values = PerformanceValue.all(in: numbers)
    }

    /// The state that an exit status stands for.
    static func state(of status: Int32) -> WireEvent.Check.State {
        switch status {
        case 0: .ok
        case 1: .warning
        case 2: .critical
        case _: .unknown
        }
    }
}
