import FoundationEssentials
import JobKit

/// Reads what is new in the journal, through `journalctl`.
struct JournalReader {
    /// For one question, usually.
    static let usualLimit: Duration = .seconds(6)
    private static let fields = "MESSAGE,MESSAGE_ID,PRIORITY,_PID,_SYSTEMD_UNIT"

    let journalctl: String
    /// nil for the whole journal.
    let unit: String?
    /// Bytes of output that are read at once.
    let bound: Int
    var limit = JournalReader.usualLimit

    /// What one look brought.
    struct Reading {
        var lines: [LogLine] = []
        /// The last entry; nil when there was none yet.
        var cursor: String?
        /// What of the journal nobody will see, and why.
        var gap: String?
        /// Whether entries wait for the next look.
        var isBehind = false
        /// What the journal itself says it dropped.
        var suppressed: [String] = []
        var bytesRead = 0
    }

    /// Why the journal cannot be read.
    struct Failure: Error {
        let reason: String
    }

    /// - Parameters:
    ///   - cursor: the last entry of the look before. It is asked for once more: where it is gone, entries behind it may be, too.
    ///   - since: the beginning where there is no such entry.
    func read(after cursor: String?, since: Date) throws(Failure) -> Reading {
        let (output, isCut) = try run(arguments(cursor, since))
        if output.isEmpty, cursor == nil, try run([journalctl, "--output=json", "--no-pager", "--quiet", "--lines=1"]).output.isEmpty {
            throw Failure(
                reason: "\(journalctl) finds no entry at all: there is no journal, or this user may not read it (group systemd-journal)")
        }
        return try reading(output, after: cursor, isCut: isCut)
    }

    private func run(_ arguments: [String]) throws(Failure) -> (output: [UInt8], isCut: Bool) {
        let tool = ToolRun(arguments: arguments, limit: limit, outputBound: bound, excess: .ends, grace: .milliseconds(500))
        let outcome = tool.run()
        switch outcome.end {
        case .status(0): return (outcome.output, false)
        // What came until then is taken, or a journal that is read slowly would never be caught up with.
        case .cut, .timedOut: return (outcome.output, true)
        case .status(let status):
            let words = Self.text(outcome.errors)
            let fix = words.contains("insufficient permissions") ? " This user may not read the journal (group systemd-journal)" : ""
            throw Failure(reason: "\(journalctl) ended with status \(status): \(words)\(fix)")
        case .signal(let signal): throw Failure(reason: "\(journalctl) was ended by signal \(signal)")
        case .notStarted(let why): throw Failure(reason: why)
        }
    }

    private func arguments(_ cursor: String?, _ since: Date) -> [String] {
        let place = cursor.map { "--cursor=\($0)" } ?? "--since=@\(Int64(since.timeIntervalSince1970))"
        let head = [journalctl, "--output=json", "--no-pager", "--quiet", "--output-fields=\(Self.fields)", place]
        guard let unit else { return head }
        // What the unit writes, what systemd says about it, and what the journal dropped.
        return head + [
            "_SYSTEMD_UNIT=\(unit)", "+", "_PID=1", "UNIT=\(unit)", "+", "MESSAGE_ID=\(JournalEntry.droppedID)",
        ]
    }

    private func reading(_ output: [UInt8], after cursor: String?, isCut: Bool) throws(Failure) -> Reading {
        var reading = Reading(cursor: cursor, isBehind: isCut)
        let decoder = JSONDecoder()
        var isFirst = true
        // What stands behind the last line feed is not whole.
        let whole = output[..<(output.lastIndex(of: UInt8(ascii: "\n")) ?? 0)]
        reading.bytesRead = whole.count
        for line in whole.split(separator: UInt8(ascii: "\n")) {
            let entry: JournalEntry
            do {
                entry = try decoder.decode(JournalEntry.self, from: Data(line))
            } catch {
                throw Failure(reason: "\(journalctl) wrote what is no entry: \(Self.text(Array(line.prefix(80))))")
            }
            defer { isFirst = false }
            reading.cursor = entry.cursor
            if isFirst, let cursor {
                if entry.cursor == cursor { continue }
                reading.gap = "the journal no longer has the entry at which the last look ended: some may not be counted"
            }
            take(entry, into: &reading)
        }
        guard !isCut || reading.cursor != cursor else {
            throw Failure(reason: "\(journalctl) told of no new entry within \(limit.settingText), and had not ended")
        }
        if isFirst, cursor != nil {
            reading.gap = "the journal no longer has the entry at which the last look ended"
            reading.cursor = nil
        }
        return reading
    }

    private func take(_ entry: JournalEntry, into reading: inout Reading) {
        if entry.messageID == JournalEntry.droppedID {
            let text = String(decoding: entry.message, as: UTF8.self)
            // Suppressed 123 messages from bot.service
            if unit.map({ text.contains($0) }) ?? true { reading.suppressed.append(Redaction.line(text, bound: 200)) }
            return
        }
        reading.lines.append(LogLine(entry.message, priority: entry.priority, writer: entry.writer))
    }

    private static func text(_ bytes: [UInt8]) -> String { Redaction.line(String(decoding: bytes, as: UTF8.self).trimmed, bound: 300) }
}
