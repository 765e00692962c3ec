import FoundationEssentials
import JobKit

/// One look at one log.
struct LogLook {
    /// Of a line that is shown.
    private static let sampleBound = 240

    let source: LogSource
    let settings: LogErrorsSettings
    let now: Date
    private(set) var record: LogRecord
    private var verdict = Verdict()
    private var inputs: [String: String] = [:]
    private var worst: [(rank: Int, line: LogLine)] = []
    private let isFirst: Bool

    init(source: LogSource, settings: LogErrorsSettings, now: Date, record: LogRecord?) {
        self.source = source
        self.settings = settings
        self.now = now
        self.record = record ?? LogRecord()
        isFirst = record == nil
    }

    mutating func result() -> WireEvent.Check {
        var check = WireEvent.Check(name: LogErrors.name, state: .ok)
        check.target = source.target
        check.unit = "errors/lines"
        check.warning = settings.rate.warning
        check.critical = settings.rate.critical
        check.windowSeconds = settings.window.inSeconds
        switch source {
        case .file(let path): readFile(path)
        case .journal(let unit): readJournal(unit)
        }
        if inputs["new_lines"] != nil { check.value = judgeRate() }
        for (index, sample) in worst.enumerated() {
            inputs["sample_\(index + 1)"] = Redaction.line(sample.line.text, bound: Self.sampleBound)
        }
        check.state = verdict.state
        check.reason = verdict.reason
        inputs["rule"] = "errors / lines of the window, from \(settings.minimumLines) lines on; a traceback is one of each"
        check.inputs = inputs
        return check
    }

    private mutating func readFile(_ path: String) {
        do throws(LogFile.Failure) {
            let reading = try LogFileReader(path: path, bound: Int(settings.readLimit.bytes)).read(after: record.place)
            record.place = reading.place
            inputs["behind_bytes"] = "\(reading.behind)"
            take(reading.lines, gap: reading.gap, bytes: reading.bytesRead, isBehind: reading.behind > 0)
        } catch {
            verdict.raise(to: .unknown, error.reason)
        }
    }

    private mutating func readJournal(_ unit: String?) {
        let reader = JournalReader(journalctl: settings.journalctl, unit: unit, bound: Int(settings.readLimit.bytes))
        do throws(JournalReader.Failure) {
            let reading = try reader.read(after: record.cursor, since: record.since ?? now)
            record.cursor = reading.cursor
            record.since = reading.cursor == nil ? record.since ?? now : nil
            if let first = reading.suppressed.first {
                inputs["suppressed"] = reading.suppressed.joined(separator: "\n").clipped(to: 2000)
                verdict.raise(to: .warning, "the journal dropped messages: \(first)")
            }
            take(reading.lines, gap: reading.gap, bytes: reading.bytesRead, isBehind: reading.isBehind)
        } catch {
            verdict.raise(to: .unknown, error.reason)
        }
    }

    private mutating func take(_ lines: [LogLine], gap: String?, bytes: Int, isBehind: Bool) {
        inputs["bytes_read"] = "\(bytes)"
        if let gap {
            inputs["gap"] = gap
            verdict.raise(to: .ok, gap)
        }
        if isBehind { verdict.raise(to: .ok, "there is more than read_limit; the next look goes on from there") }
        do throws(LinePattern.Complaint) {
            count(lines, try LinePattern(settings.pattern))
        } catch {
            verdict.raise(to: .unknown, "the pattern is no regular expression: \(error.reason)")
        }
    }

    private mutating func count(_ lines: [LogLine], _ pattern: LinePattern) {
        var (events, errors) = (0, 0)
        for line in lines {
            let isUrgent = line.priority.map { $0 <= settings.priority } ?? false
            switch record.place(of: line, isError: isUrgent || pattern.matches(line)) {
            case .continuation: continue
            case .other: events += 1
            case .error:
                events += 1
                errors += 1
                remember(line)
            }
        }
        record.window.add(lines: events, errors: errors, at: now, window: settings.window)
        inputs["new_lines"] = "\(events)"
        inputs["new_errors"] = "\(errors)"
    }

    /// The worst ones, of those as bad as each other the latest.
    private mutating func remember(_ line: LogLine) {
        let words = ["CRITICAL", "FATAL", "Traceback"].map { Array($0.utf8) }
        let isWorst = line.priority.map { $0 < 3 } ?? false || words.contains { line.holds($0) }
        let rank = isWorst ? 1 : 0
        worst.insert((rank, line), at: worst.firstIndex { $0.rank <= rank } ?? worst.count)
        if worst.count > settings.samples { worst.removeLast() }
    }

    /// - Returns: the rate; nil when there are too few lines for one.
    private mutating func judgeRate() -> Double? {
        let (lines, errors) = (record.window.lines, record.window.errors)
        inputs["lines"] = "\(lines)"
        inputs["errors"] = "\(errors)"
        guard lines >= settings.minimumLines else {
            let what = isFirst ? "the log is read from here on" : "\(errors) errors in \(lines) lines, too few for a rate"
            if isFirst || errors > 0 { verdict.raise(to: .ok, what) }
            return nil
        }
        let rate = Double(errors) / Double(lines)
        let state = settings.rate.state(of: rate)
        if state != .ok {
            verdict.raise(
                to: state, "\(errors) of \(lines) lines in \(settings.window.settingText) tell of errors (\(rate.text(places: 4)))")
        }
        return rate
    }
}
