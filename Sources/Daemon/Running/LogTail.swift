import CronSchedule
import JobKit
import Runner
import SchedulerCore

/// The last lines of a run's output, fit to leave the machine: no secrets, no control characters.
struct LogTail {
    /// What healthchecks.io keeps of a ping's body.
    static let bound = 10_000
    /// Read of each stream, from its end.
    private static let window = 64 * 1024
    /// A shorter line of a secret would blacken half of the text, and is none.
    private static let shortestSecret = 4

    let runner: Runner
    /// Whole values; each line of one is taken out on its own.
    let secrets: [[UInt8]]

    func bytes(of run: RunID) throws(RunnerError) -> [UInt8] {
        let words = secrets.flatMap { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isNewline) }
            .filter { $0.utf8.count >= Self.shortestSecret }.sorted { $0.utf8.count > $1.utf8.count }
        var text = ""
        for line in try lines(of: run.rawValue) {
            var line = line
            for word in words { line = line.replacing(word, with: "***") }
            text += Self.harmless(line) + "\n"
        }
        let bytes = Array(text.utf8.suffix(Self.bound))
        // Not in the middle of a character.
        return Array(bytes.drop { $0 & 0xc0 == 0x80 })
    }

    /// Both streams in the order in which their lines came.
    private func lines(of run: String) throws(RunnerError) -> [String] {
        let sizes = try runner.outputSizes(of: run)
        var stamped: [(at: Int64, text: String)] = []
        var last: Int64 = 0
        for event in try events(of: run, size: sizes.events) {
            guard let (at, text) = Self.text(of: event) else { continue }
            last = at ?? last
            stamped.append((last, text))
        }
        last = 0
        for line in try errors(of: run, size: sizes.errors) {
            last = Instant(iso8601: line.stamp)?.milliseconds ?? last
            stamped.append((last, line.text))
        }
        let order = stamped.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        return order.map(\.element.text)
    }

    private func events(of run: String, size: Int) throws(RunnerError) -> [EventLine] {
        let start = max(0, size - Self.window)
        var reader = try runner.events(of: run, from: start)
        var lines: [EventLine] = []
        // Only what was there at the first look: a run that goes on is not followed.
        while reader.offset < size {
            let more = try reader.read()
            if more.isEmpty { break }
            lines += more
        }
        return Array(lines.dropFirst(start == 0 ? 0 : 1))
    }

    private func errors(of run: String, size: Int) throws(RunnerError) -> [ErrorLog.Line] {
        let start = max(0, size - Self.window)
        var log = try runner.errors(of: run, from: start)
        var lines: [ErrorLog.Line] = []
        while log.offset < size {
            let more = try log.read()
            if more.isEmpty { break }
            lines += more
        }
        return Array(lines.dropFirst(start == 0 ? 0 : 1))
    }

    private static func text(of line: EventLine) -> (at: Int64?, text: String)? {
        switch line.content {
        case .raw(let at, let text, _), .note(let at, let text): return (at, text)
        case .broken: return nil
        case .wire(let bytes):
            // A line that is not of the wire is no event, and not for reading here.
            guard let event = try? WireEvent(line: bytes) else { return nil }
            switch event {
            case .log(let log): return (nil, "\(log.level.rawValue): \(log.message)")
            case .result(let result): return (nil, result.summary)
            case .progress, .metric, .artifact, .check, .mark: return nil
            }
        }
    }

    private static func harmless(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isControl = (scalar.value < 0x20 && scalar != "\t") || (0x7f...0x9f).contains(scalar.value)
            result.unicodeScalars.append(isControl ? "\u{fffd}" : scalar)
        }
        return result
    }
}
