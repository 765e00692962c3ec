import CronSchedule
import Daemon
import Foundation
import JobFiles
import Logging
import Synchronization
import Testing

@Suite struct LoggingTests {
    private static func entry(
        _ message: Logger.Message, _ fields: [(key: String, value: Logger.Metadata.Value)] = []
    ) -> JournalEntry { JournalEntry(message, level: .warning, fields: fields, identifier: "acore-sched") }

    @Test func anEntryHasTheFieldsThatTheJournalReads() {
        let entry = Self.entry("run 7 of j failed", [("job", "j"), ("next-try", "never"), ("run", "7")])
        let expected = """
            MESSAGE=run 7 of j failed next-try=never
            PRIORITY=4
            SYSLOG_IDENTIFIER=acore-sched
            ACORE_SCHED_JOB=j
            ACORE_SCHED_NEXT_TRY=never
            ACORE_SCHED_RUN=7

            """
        #expect(String(decoding: entry.bytes, as: UTF8.self) == expected)
    }

    @Test func aValueWithLineFeedsHasItsLengthInFront() {
        let expected: [UInt8] = Array("MESSAGE\n".utf8) + [7, 0, 0, 0, 0, 0, 0, 0] + Array("one\ntwo\n".utf8)
        #expect(Array(Self.entry("one\ntwo").bytes.prefix(expected.count)) == expected)
    }

    @Test func whatIsTooLongIsCutBetweenCharactersAndSaysSo() throws {
        let long = String(repeating: "é", count: 50_000)
        let entry = Self.entry("\(long)", (0..<40).map { ("field\($0)", "\(long)") })
        #expect(entry.bytes.count < 200_000)
        let text = try #require(String(validating: entry.bytes, as: UTF8.self))
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3 + 24 && lines.allSatisfy { $0.hasPrefix("PRIORITY") || $0.hasPrefix("SYSLOG") || $0.hasSuffix("é [cut]") })
    }

    @Test func aLineGoesToTheJournalAndElsewhereWhenItDoesNotListen() throws {
        let others = Mutex<[String]>([])
        var journal: DatagramListener? = try DatagramListener()
        let path = try #require(journal?.address)
        let handler = try #require(
            JournalLogHandler(level: .info, identifier: "acore-sched", path: path) { event, _ in
                others.withLock { $0.append("\(event.message)") }
            })
        let log = Logger(label: "test") { _ in handler }
        log.info("first", metadata: ["job": "j"])
        log.debug("not asked for")
        log.notice("\(String(repeating: "x", count: 100_000))")
        let first = try #require(journal).nextText()
        #expect(first.hasPrefix("MESSAGE=first\nPRIORITY=6\n") && first.hasSuffix("\nACORE_SCHED_JOB=j\n"))
        #expect(try #require(journal).next().count > 60_000)
        #expect(others.withLock { $0 } == [])
        journal = nil
        log.info("second")
        #expect(others.withLock { $0 } == ["second"])
    }

    struct OutputRow: Sendable {
        var format: DaemonSettings.LogFormat
        var environment: [String: String] = [:]
        var isTerminal = false
        var output: LogOutput
    }

    @Test(
        "where lines go",
        arguments: [
            OutputRow(format: .auto, output: .lines(.text)),
            OutputRow(format: .auto, environment: ["JOURNAL_STREAM": "8:15"], output: .journal),
            // Standard error leads elsewhere than it did when systemd set the variable.
            OutputRow(format: .auto, environment: ["JOURNAL_STREAM": "8:16"], output: .lines(.text)),
            OutputRow(format: .text, environment: ["JOURNAL_STREAM": "8:15"], output: .lines(.text)),
            OutputRow(format: .json, environment: ["JOURNAL_STREAM": "8:15"], output: .lines(.json)),
            OutputRow(format: .journal, output: .journal),
            OutputRow(format: .auto, environment: ["TERM": "xterm"], isTerminal: true, output: .lines(.colouredText)),
            OutputRow(format: .text, environment: ["TERM": "xterm"], isTerminal: true, output: .lines(.colouredText)),
            OutputRow(format: .auto, environment: ["TERM": "xterm"], output: .lines(.text)),
            OutputRow(format: .auto, environment: ["TERM": "xterm", "NO_COLOR": "1"], isTerminal: true, output: .lines(.text)),
            OutputRow(format: .auto, environment: ["TERM": "dumb"], isTerminal: true, output: .lines(.text)),
            OutputRow(format: .auto, isTerminal: true, output: .lines(.text)),
        ])
    func choosesTheOutput(_ row: OutputRow) {
        let surroundings = LogOutput.Surroundings(environment: row.environment, standardError: "8:15", isTerminal: row.isTerminal)
        #expect(LogOutput(row.format, in: surroundings) == row.output)
    }

    @Test(arguments: [
        (LineLogHandler.Form.text, #"1970-01-01T00:00:00Z warning red \x1b[31m \x9b2J\xd"# + "\n    two x=\\x7f"),
        (.journal, #"<4>red \x1b[31m \x9b2J\xd two x=\x7f"#),
    ])
    func noWordOfAnybodysSteersTheTerminal(_ form: LineLogHandler.Form, _ expected: String) {
        let handler = LineLogHandler(level: .info, form: form, now: { Instant(seconds: 0) })
        let event = LogEvent(
            level: .warning, message: "red \u{1b}[31m \u{9b}2J\r\ntwo", metadata: ["x": "\u{7f}"], source: "test", file: "", function: "",
            line: 0)
        #expect(handler.text(of: event) == expected)
    }

    @Test(
        "lines",
        arguments: [
            (LineLogHandler.Form.text, "1970-01-01T00:00:00Z warning run 7 of j failed state=failed"),
            (.colouredText, "1970-01-01T00:00:00Z \u{1b}[33mwarning\u{1b}[0m run 7 of j failed state=failed"),
            (.journal, "<4>run 7 of j failed state=failed"),
            (
                .json,
                #"{"at":"1970-01-01T00:00:00Z","job":"j","level":"warning","message":"run 7 of j failed","run":"7","state":"failed"}"#
            ),
        ])
    func aLineForPeopleDoesNotRepeatWhatItsMessageNames(_ form: LineLogHandler.Form, _ expected: String) {
        let handler = LineLogHandler(level: .info, form: form, now: { Instant(seconds: 0) })
        let event = LogEvent(
            level: .warning, message: "run 7 of j failed", metadata: ["job": "j", "run": "7", "state": "failed"], source: "test",
            file: "", function: "", line: 0)
        #expect(handler.text(of: event) == expected)
    }
}
