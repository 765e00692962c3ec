import Foundation
import JobKit
import Testing

@testable import HealthJob

/// Journals as recorded lines in the form of `journalctl --output=json`, through a program that takes its options.
@Suite struct JournalTests {
    private let site: Site
    private let journalctl: String

    init() throws {
        site = try Site()
        journalctl = site.path + "/journalctl"
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Servers/journalctl"
        try FileManager.default.createSymbolicLink(atPath: journalctl, withDestinationPath: script)
    }

    private func entry(_ number: Int, _ message: String, priority: Int = 6, unit: String = "bot.service", more: String = "") -> String {
        let cursor =
            "s=0639395fcb9b4a8e9e2ea3f4a1a4e6fe;i=\(String(number, radix: 16));b=f1a9dd73bfe94a7ea0c1d4a0b8be5d59;m=\(number);t=\(number);x=\(number)"
        return
            #"{"__CURSOR":"\#(cursor)","__REALTIME_TIMESTAMP":"\#((1_800_001_000 + number) * 1_000_000)","_BOOT_ID":"f1a9dd73bfe94a7ea0c1d4a0b8be5d59","#
            + #""PRIORITY":"\#(priority)","_PID":"4711","_SYSTEMD_UNIT":"\#(unit)"\#(more),"MESSAGE":\#(message)}"#
    }

    private func write(_ lines: [String]) throws { try site.write("journal.json", lines.joined(separator: "\n") + "\n") }

    private func look(_ memory: inout LogErrors.Memory?, at seconds: Double = 1000, _ sources: String = #""units": "bot.service""#) throws
        -> WireEvent.Check
    {
        let check = try check(LogErrors.self, #"{\#(sources), "journalctl": "\#(journalctl)"}"#)
        let results = check.look(site.scene(at: seconds), memory: &memory)
        try #require(results.count == 1)
        return results[0]
    }

    @Test func whatJournalctlRepeatsIsNotShown() throws {
        let program = try site.script("failing", "#!/bin/sh\necho 'no such file: token=hunter2' >&2\nexit 1\n")
        let check = try check(LogErrors.self, #"{"journal": true, "journalctl": "\#(program)"}"#)
        var memory: LogErrors.Memory?
        #expect(check.look(site.scene(), memory: &memory)[0].reason == "\(program) ended with status 1: no such file: token=***")
    }

    @Test func entriesAreCountedOnceByTheirCursor() throws {
        var memory: LogErrors.Memory?
        let old = (-50 ..< -1).map { entry($0, #""old""#, priority: 3) }
        try write(old)
        let first = try look(&memory)
        #expect(first.state == .ok && first.reason == "the log is read from here on", "\(first)")
        let new = (1...40).map { entry($0, #""it went""#) } + [entry(41, #""disk full""#, priority: 3), entry(42, #""ERROR as text""#)]
        try write(old + new)
        let second = try look(&memory, at: 1060)
        #expect(try second.input("new_lines") == "42" && second.input("new_errors") == "2", "\(second)")
        #expect(memory?["bot.service"]?.cursor?.contains(";i=2a;") == true)
        #expect(try look(&memory, at: 1120).input("new_lines") == "0")
        try write(old + new + [entry(43, #""more""#), entry(44, #""of another""#, unit: "other.service")])
        #expect(try look(&memory, at: 1180).input("new_lines") == "1")
    }

    @Test func everyFormOfAMessageIsRead() throws {
        var memory: LogErrors.Memory?
        try write([entry(-1, #""old""#)])
        _ = try look(&memory)
        let bytes = Array("ERROR \u{1b}[31mred".utf8).map(String.init).joined(separator: ",")
        try write([
            entry(1, "[\(bytes)]"), entry(2, "null", priority: 2), entry(3, #"["first ERROR","second"]"#), entry(4, #""Grüße""#),
            #"{"__CURSOR":"s=1;i=5","__REALTIME_TIMESTAMP":"1800001005000000","_SYSTEMD_UNIT":"bot.service"}"#,
        ])
        let check = try look(&memory, at: 1060)
        #expect(try check.input("new_lines") == "5" && check.input("new_errors") == "3", "\(check)")
        #expect(check.inputs?.values.contains("ERROR  [31mred") == true, "\(check)")
    }

    @Test func aTracebackOnStandardErrorIsOneEvent() throws {
        var memory: LogErrors.Memory?
        try write([entry(-1, #""old""#)])
        _ = try look(&memory)
        let lines = ["Traceback (most recent call last):", #"  File \"a.py\", line 1"#, "    f()", "ValueError: x"]
        try write(lines.enumerated().map { entry($0.offset + 1, "\"\($0.element)\"") } + [entry(9, #""next""#)])
        let check = try look(&memory, at: 1060)
        #expect(try check.input("new_lines") == "2" && check.input("new_errors") == "1")
    }

    @Test func droppedMessagesAreAWarning() throws {
        var memory: LogErrors.Memory?
        try write([entry(-1, #""old""#)])
        _ = try look(&memory)
        let id = #","MESSAGE_ID":"\#(JournalEntry.droppedID)""#
        try write([
            entry(1, #""Suppressed 4711 messages from bot.service""#, unit: "systemd-journald.service", more: id),
            entry(2, #""Suppressed 3 messages from other.service""#, unit: "systemd-journald.service", more: id),
        ])
        let check = try look(&memory, at: 1060)
        #expect(check.state == .warning)
        #expect(check.reason == "the journal dropped messages: Suppressed 4711 messages from bot.service")
        #expect(try check.input("new_lines") == "0")
    }

    @Test func aLostCursorIsAGapThatIsSaid() throws {
        var memory: LogErrors.Memory?
        try write([entry(1, #""one""#), entry(2, #""two""#)])
        _ = try look(&memory)
        _ = try look(&memory, at: 1060)
        try write([entry(5, #""five""#), entry(6, #""six""#)])
        let check = try look(&memory, at: 1120)
        #expect(try check.input("gap").hasPrefix("the journal no longer has the entry at which the last look ended"))
        #expect(try check.input("new_lines") == "2")
        #expect(check.state == .ok)
    }

    @Test func noJournalIsUnknown() throws {
        var memory: LogErrors.Memory?
        try write([])
        let check = try look(&memory, at: 1000, #""journal": true"#)
        #expect(check.state == .unknown)
        #expect(check.reason?.contains("finds no entry at all") == true, "\(check)")
    }

    @Test func aProgramThatFailsIsUnknownWithItsWords() throws {
        try FileManager.default.removeItem(atPath: journalctl)
        _ = try site.script("journalctl", "#!/bin/sh\necho Failed to seek to cursor >&2\nexit 1\n")
        var memory: LogErrors.Memory?
        let check = try look(&memory)
        #expect(check.state == .unknown)
        #expect(check.reason == "\(journalctl) ended with status 1: Failed to seek to cursor")
    }

    @Test func whoMayNotReadTheJournalIsToldOfItsGroup() throws {
        try FileManager.default.removeItem(atPath: journalctl)
        let words = "No journal files were opened due to insufficient permissions."
        _ = try site.script("journalctl", "#!/bin/sh\necho '\(words)' >&2\nexit 1\n")
        var memory: LogErrors.Memory?
        let check = try look(&memory)
        #expect(check.state == .unknown)
        #expect(
            check.reason == "\(journalctl) ended with status 1: \(words) This user may not read the journal (group systemd-journal)")
    }

    @Test func whatASlowJournalTellsInTimeIsTaken() throws {
        try FileManager.default.removeItem(atPath: journalctl)
        try site.write("entries", [entry(1, #""one""#), entry(2, #""two""#)].joined(separator: "\n") + "\n" + entry(3, #""thr"#))
        _ = try site.script("journalctl", "#!/bin/sh\ncat '\(site.path)/entries'\nexec sleep 608\n")
        let scene = site.scene()
        let reader = JournalReader(journalctl: journalctl, unit: nil, bound: 1 << 20, limit: .seconds(3))
        let reading = try reader.read(after: nil, since: scene.now)
        #expect(reading.lines.map(\.text) == ["one", "two"] && reading.isBehind)
        #expect(reading.cursor?.contains(";i=2;") == true)
        try site.write("entries", entry(2, #""two""#) + "\n")
        #expect {
            try reader.read(after: reading.cursor, since: scene.now)
        } throws: {
            ($0 as? JournalReader.Failure)?.reason == "\(journalctl) told of no new entry within 3s, and had not ended"
        }
    }

    @Test func moreThanTheLimitIsReadInPieces() throws {
        var memory: LogErrors.Memory?
        try write([entry(-1, #""old""#)])
        _ = try look(&memory)
        try write((1...600).map { entry($0, #""it went""#) })
        var count = 0
        for number in 1...6 {
            let check = try look(&memory, at: 1060 + Double(number), #""units": "bot.service", "read_limit": "64K""#)
            count += try #require(Int(check.input("new_lines")))
        }
        #expect(count == 600)
    }
}
