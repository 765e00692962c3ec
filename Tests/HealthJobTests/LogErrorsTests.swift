import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Real log files that grow and are rotated.
@Suite struct LogErrorsTests {
    private let site: Site
    private let path: String

    init() throws {
        site = try Site()
        path = site.path + "/bot.log"
    }

    private func look(_ memory: inout LogErrors.Memory?, at seconds: Double = 1000, _ more: String = "") throws -> WireEvent.Check {
        let check = try check(LogErrors.self, #"{"files": ["\#(path)"]\#(more)}"#)
        return try check.look(site.scene(at: seconds), memory: &memory)[path]
    }

    /// A look that begins at the end of an empty file, and then one at these lines.
    private func look(at lines: String, _ more: String = "") throws -> WireEvent.Check {
        var memory: LogErrors.Memory?
        try site.write("bot.log", "")
        _ = try look(&memory, at: 1000, more)
        try append(lines)
        return try look(&memory, at: 1060, more)
    }

    private func append(_ text: String, to name: String = "bot.log") throws {
        let file = try #require(FileHandle(forWritingAtPath: site.path + "/" + name))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private func lines(_ count: Int, errors: Int = 0) -> String {
        (0..<count).map { $0 < errors ? "10:00:\($0) ERROR it failed\n" : "10:00:\($0) INFO it went\n" }.joined()
    }

    @Test func aLogIsReadFromItsEndOn() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", lines(50, errors: 50))
        let first = try look(&memory)
        #expect(first.state == .ok)
        #expect(first.reason == "the log is read from here on")
        try append(lines(40, errors: 1))
        let second = try look(&memory, at: 1060)
        #expect(second.state == .ok)
        #expect(second.value == 0.025)
        #expect(try second.input("new_lines") == "40")
        #expect(try second.input("new_errors") == "1")
        #expect(try look(&memory, at: 1120).input("new_lines") == "0")
    }

    @Test(arguments: [
        (20, 0, WireEvent.Check.State.ok), (20, 1, .warning), (40, 1, .ok), (40, 2, .warning), (100, 4, .ok), (100, 5, .warning),
    ])
    func theRateIsJudgedAndEqualCountsAsReached(_ count: Int, _ errors: Int, _ state: WireEvent.Check.State) throws {
        let check = try look(at: lines(count, errors: errors))
        #expect(check.state == state, "\(check)")
        #expect(check.warning == 0.05 && check.windowSeconds == 900)
        #expect(try check.input("lines") == "\(count)" && check.input("errors") == "\(errors)")
    }

    @Test func fewLinesTellNoRate() throws {
        let check = try look(at: lines(19, errors: 19))
        #expect(check.state == .ok && check.value == nil)
        #expect(check.reason == "19 errors in 19 lines, too few for a rate")
        #expect(try look(at: lines(19, errors: 19), #", "minimum_lines": 5, "error_rate": {"critical": 0.5}"#).state == .critical)
    }

    @Test func theWindowSlides() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", "")
        _ = try look(&memory)
        try append(lines(100, errors: 50))
        #expect(try look(&memory, at: 1100).state == .warning)
        try append(lines(100))
        #expect(try look(&memory, at: 1500).value == 0.25)
        #expect(try look(&memory, at: 1999).value == 0.25)
        #expect(try look(&memory, at: 2000).value == 0, "fifteen minutes later the errors count no more")
        #expect(try look(&memory, at: 2400).value == nil)
    }

    @Test func aHalfWrittenLineIsReadWhenItIsWhole() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", "begun befo")
        _ = try look(&memory)
        try append("re ERROR\n10:00 ERR")
        #expect(try look(&memory, at: 1060).input("new_errors") == "1")
        try append("OR more\n")
        let check = try look(&memory, at: 1120)
        #expect(try check.input("new_lines") == "1")
        #expect(try check.input("sample_1") == "10:00 ERROR more")
    }

    @Test func aRenamedFileIsReadToItsEndAndThenTheNewOne() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", lines(5))
        _ = try look(&memory)
        try append(lines(30, errors: 3))
        try site.shell("mv bot.log bot.log.1")
        try append(lines(1, errors: 1), to: "bot.log.1")
        try site.write("bot.log", lines(10, errors: 2))
        let check = try look(&memory, at: 1060)
        #expect(try check.input("new_lines") == "41" && check.input("new_errors") == "6")
        #expect(check.inputs?["gap"] == nil)
        try append(lines(1))
        #expect(try look(&memory, at: 1120).input("new_lines") == "1")
    }

    @Test func twoRotationsBetweenTwoLooksLoseNothing() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", lines(5))
        _ = try look(&memory)
        try append(lines(10))
        try site.shell("touch -d '10 minutes ago' bot.log; mv bot.log bot.log.2")
        try site.write("bot.log", lines(20))
        try site.shell("touch -d '5 minutes ago' bot.log; mv bot.log bot.log.1; cp bot.log.1 bot.log.old")
        try site.write("bot.log", lines(40))
        #expect(try look(&memory, at: 1060).input("new_lines") == "70")
    }

    @Test func moreRotationsThanFilesMayBeOpenAreReadByTheNextLook() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", lines(5))
        _ = try look(&memory)
        let rotations = RotatedFiles.bound + 8
        for number in (1...rotations).reversed() {
            try append(lines(2))
            try site.shell("touch -d '\(number) minutes ago' bot.log; mv bot.log bot.log.\(number)")
            try site.write("bot.log", "")
        }
        try append(lines(3))
        let first = try look(&memory, at: 1060)
        #expect(try first.input("new_lines") == "\(2 * RotatedFiles.bound)" && first.input("behind_bytes") != "0", "\(first)")
        let second = try look(&memory, at: 1120)
        #expect(try second.input("new_lines") == "\(2 * (rotations - RotatedFiles.bound) + 3)" && second.input("behind_bytes") == "0")
        #expect(second.inputs?["gap"] == nil)
    }

    @Test func anEmptiedFileIsReadFromItsBeginningAndTheGapIsSaid() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", lines(30))
        _ = try look(&memory)
        try append(lines(5))
        try site.shell("cp bot.log bot.log.1; : > bot.log")
        try append(lines(3, errors: 1))
        let check = try look(&memory, at: 1060)
        #expect(try check.input("new_lines") == "3")
        #expect(try check.input("gap").hasPrefix("the file was emptied since the last look"))
        #expect(check.state == .ok && check.reason?.contains("was emptied") == true)
    }

    @Test func anEmptiedFileThatHasGrownBeyondItsPlaceIsFound() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", lines(5))
        _ = try look(&memory)
        try site.shell("cp bot.log bot.log.1; : > bot.log")
        try append("something else\n" + lines(50))
        let check = try look(&memory, at: 1060)
        #expect(try check.input("new_lines") == "51")
        #expect(check.inputs?["gap"] != nil)
    }

    @Test func aPackedOldFileIsLeftAloneAndTheGapIsSaid() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", lines(5))
        _ = try look(&memory)
        try append(lines(5))
        // Held open by another name elsewhere, so that the new file gets another inode.
        try site.shell("ln bot.log kept; gzip -c bot.log > bot.log.1.gz; rm bot.log")
        try site.write("bot.log", lines(7))
        let check = try look(&memory, at: 1060)
        #expect(try check.input("new_lines") == "7")
        #expect(try check.input("gap").hasPrefix("the file was replaced, and the former one is gone"))
    }

    @Test func soMuchIsReadAndNoMoreAndTheRestComesNext() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", "")
        _ = try look(&memory)
        let all = lines(5000, errors: 10)
        try append(all)
        var (count, errors, read) = (0, 0, 0)
        for number in 1...3 {
            let check = try look(&memory, at: 1000 + Double(number), #", "read_limit": "64K""#)
            count += try #require(Int(check.input("new_lines")))
            errors += try #require(Int(check.input("new_errors")))
            let bytes = try #require(Int(check.input("bytes_read")))
            #expect(bytes <= 65_536)
            read += bytes
            #expect(try check.input("behind_bytes") == "\(all.utf8.count - read)")
        }
        #expect((count, errors, read) == (5000, 10, all.utf8.count))
    }

    @Test func aLineWithoutEndHoldsUpNothing() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", "")
        _ = try look(&memory)
        try append(String(repeating: "x", count: 200_000) + "\nERROR\n")
        var errors = 0
        for number in 1...4 {
            errors += try #require(Int(look(&memory, at: 1000 + Double(number), #", "read_limit": "64K""#).input("new_errors")))
        }
        #expect(errors == 1)
    }

    @Test func whatCannotBeReadIsUnknown() throws {
        var memory: LogErrors.Memory?
        let check = try look(&memory)
        #expect(check.state == .unknown)
        #expect(check.reason == "\(path) cannot be read: No such file or directory")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(try look(&memory).reason == "\(path) is no plain file")
    }

    @Test func tracebacksCountOnceWithTheLineBeforeThemAndTheirCauses() throws {
        let traceback = """
            10:00 ERROR job failed
            Traceback (most recent call last):
              File "a.py", line 1, in f
                g()
            ValueError: ERROR in value

            During handling of the above exception, another exception occurred:

            Traceback (most recent call last):
              File "a.py", line 3, in <module>
                raise OSError
            OSError: again ERROR
              a note
            10:01 INFO on it goes

            """
        let check = try look(
            at: traceback
                + "Traceback (most recent call last):\n  File\nKeyError: 'x'\nTraceback (most recent call last):\n  File\nKeyError: 'y'\n")
        #expect(try check.input("new_lines") == "4")
        #expect(try check.input("new_errors") == "3")
    }

    @Test func aCauseWhoseMessageHasSeveralLinesIsTheSameError() throws {
        let cause = "Traceback (most recent call last):\n  File\nHTTPException: 400 Bad Request: Invalid Form Body\nIn content: too long\n"
        let bridge = "The above exception was the direct cause of the following exception:\n"
        let check = try look(at: "ERROR it failed\n" + cause + bridge + "Traceback (most recent call last):\n  File\nCommandError: x\n")
        #expect(try check.input("new_errors") == "1")
        #expect(try check.input("new_lines") == "2", "the error, and the second line of the cause's message")
    }

    @Test func behindAnExceptionGroupTheNextLineIsOneOfItsOwn() throws {
        let group = """
              + Exception Group Traceback (most recent call last):
              |   File "a.py", line 1, in f
              | ExceptionGroup: both (2 sub-exceptions)
              +-+---------------- 1 ----------------
                | Traceback (most recent call last):
                |   File "a.py", line 2, in g
                | ValueError: ERROR in value
                +---------------- 2 ----------------
                | OSError: again
                +------------------------------------

            """
        let check = try look(at: "ERROR it failed\n" + group + "ERROR of another kind\nINFO on it goes\n")
        #expect(try check.input("new_errors") == "2" && check.input("new_lines") == "3", "\(check)")
    }

    @Test func aTracebackThatIsHalfWrittenIsTheSameOneLater() throws {
        var memory: LogErrors.Memory?
        try site.write("bot.log", "")
        _ = try look(&memory)
        try append("Traceback (most recent call last):\n  File \"a.py\", line 1\n")
        #expect(try look(&memory, at: 1010).input("new_errors") == "1")
        // As the memory file keeps it.
        memory = try JSONDecoder().decode(LogErrors.Memory.self, from: JSONEncoder().encode(memory))
        try append("    ERROR()\nERROR: as an exception\nINFO next\n")
        let check = try look(&memory, at: 1020)
        #expect(try check.input("new_errors") == "0" && check.input("new_lines") == "1")
    }

    @Test func theWorstLinesAreShownWithoutSecrets() throws {
        let check = try look(
            at: "ERROR first\nERROR login token=abc123 failed\nCRITICAL db postgres://bot:hunter2@db/x is gone\nERROR last\n",
            #", "samples": 3"#)
        #expect(try check.input("sample_1") == "CRITICAL db postgres://***@db/x is gone")
        #expect(try check.input("sample_2") == "ERROR last")
        #expect(try check.input("sample_3") == "ERROR login token=*** failed")
        #expect(check.inputs?["sample_4"] == nil)
    }

    @Test func theOwnPatternCounts() throws {
        let check = try look(at: "kaputt\nERROR\nkaput\n", #", "pattern": "kaputt?$""#)
        #expect(try check.input("new_errors") == "2")
        #expect(
            try findings(LogErrors.self, #"{"files": ["/a"], "pattern": "("}"#).contains {
                $0.problem.contains("is no regular expression: ")
            })
        let back = #"with.log_errors.pattern is no regular expression: a reference back, such as \1, is not taken"#
        #expect(try findings(LogErrors.self, #"{"files": ["/a"], "pattern": "(a*)*\\1"}"#).map(\.problem) == [back])
        #expect(try findings(LogErrors.self, #"{"files": ["/a"], "pattern": "a\\\\1"}"#).isEmpty, "a backslash, and a one")
    }

    @Test(arguments: ["INFO no ERRORS_TOTAL here", "xERROR", "0 errors", "terror"])
    func wordsThatOnlyHoldTheWordAreNone(_ line: String) throws {
        let check = try look(at: line + "\n")
        #expect(try check.input("new_errors") == "0")
    }

    @Test(arguments: [
        (#"{}"#, "with.log_errors names no log"), (#"{"files": ["/a", "/a"]}"#, "with.log_errors names a log twice"),
    ])
    func settingsThatCannotBeMeantAreRefused(_ settings: String, _ problem: String) throws {
        #expect(try findings(LogErrors.self, settings).contains { $0.problem == problem })
    }
}
