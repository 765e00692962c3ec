import Foundation
import Testing

/// Colour and width belong to terminals; pipes and files get everything, plain.
@Suite struct TerminalTests {
    @Test(
        arguments: [
            (["TERM": "xterm", "NO_COLOR": ""], true), (["TERM": "xterm", "NO_COLOR": "1"], false),
            (["TERM": "dumb", "NO_COLOR": ""], false),
        ] as [([String: String], Bool)])
    func colourIsForTerminalsThatWantIt(_ environment: [String: String], _ isColoured: Bool) throws {
        let bench = try Example.make()
        for arguments in [["list"], ["history"], ["show", "nightly"], ["plugins", "list"], ["logs", "nightly", "--stderr"]] {
            let process = try BuiltCommand(on: bench).process(arguments, environment: environment)
            let text = try Terminal(columns: 100).show(process)
            #expect(process.terminationStatus == 0)
            #expect(text.contains("\u{1b}[") == isColoured, "\(arguments): \(text)")
        }
    }

    @Test(arguments: [40, 60, 100, 140, 300])
    func tablesFitTheTerminal(_ columns: Int) throws {
        let bench = try Example.make()
        for verb in ["list", "history"] {
            let process = try BuiltCommand(on: bench).process([verb], environment: ["TERM": "dumb"])
            let lines = try Terminal(columns: columns).show(process).split(separator: "\n")
            try #require(lines.count > 3)
            // Ids and moments are not cut: below their width a table is as narrow as it can be.
            let least = verb == "list" ? 60 : 140
            for line in lines { #expect(Self.width(of: line) <= max(columns, least), "\(line)") }
            let isCut = lines.contains { $0.contains("…") }
            #expect(columns < least ? isCut : columns < 300 || !isCut, "\(lines)")
        }
    }

    @Test func nothingIsCutOrColouredInAPipe() throws {
        let bench = try Example.make()
        let outcome = try BuiltCommand(on: bench).run(["history"], environment: ["TERM": "xterm", "COLUMNS": "40"])
        #expect(outcome.output.contains("備份失敗了，因為磁碟已滿，請清理磁碟然後再試一次\n"))
        #expect(!outcome.output.contains("\u{1b}") && !outcome.output.contains("…"))
    }

    @Test(arguments: [
        ["logs", "nightly"], ["logs", "nightly", "--json"], ["logs", "nightly", "--stderr"], ["history"], ["show", "nightly"],
    ])
    func outputOfJobsDoesNotSteerTheTerminal(_ arguments: [String]) throws {
        let bench = try Example.make()
        let output = try BuiltCommand(on: bench).run(arguments).output
        #expect(!output.isEmpty)
        let controls = output.unicodeScalars.filter { ($0.value < 0x20 && $0 != "\n") || (0x7f...0x9f).contains($0.value) }
        #expect(controls.isEmpty)
    }

    /// Columns that a line takes: ideographs and their punctuation take two.
    private static func width(of line: Substring) -> Int {
        line.unicodeScalars.reduce(0) { $0 + ((0x2e80...0x9fff).contains($1.value) || (0xff00...0xff60).contains($1.value) ? 2 : 1) }
    }
}
