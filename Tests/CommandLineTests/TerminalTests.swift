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

    @Test(
        "tables fit the terminal",
        arguments: [["list"], ["history"], ["history", "nightly", "--slots"], ["next"], ["plugins", "list"]], [40, 60, 80, 100, 140, 300])
    func fits(_ arguments: [String], _ columns: Int) throws {
        let bench = try Example.make()
        let process = try BuiltCommand(on: bench).process(arguments, environment: ["TERM": "dumb"])
        let lines = try Terminal(columns: columns).show(process).split(separator: "\n")
        try #require(lines.count > 2)
        for line in lines { #expect(Self.width(of: line) <= columns, "\(line)") }
        let isWhole = !lines.contains { $0.contains("…") }
        #expect(isWhole || columns < 300)
        #expect(!isWhole || columns > 60 || arguments == ["next"], "\(lines)")
    }

    @Test func whatIsLeftOutOfANarrowTableIsTheLeast() throws {
        let bench = try Example.make()
        for (columns, heading) in [
            (300, "RUN JOB STATE TRIGGER SLOT START TOOK TRIES SUMMARY"), (110, "RUN JOB STATE TRIGGER SLOT START TOOK SUMMARY"),
            (80, "RUN JOB STATE START TOOK SUMMARY"), (60, "RUN JOB STATE SUMMARY"), (40, "RUN JOB STATE"),
        ] {
            let process = try BuiltCommand(on: bench).process(["history"], environment: ["TERM": "dumb"])
            let first = try #require(try Terminal(columns: columns).show(process).split(separator: "\n").first)
            #expect(first.split(separator: " ").joined(separator: " ") == heading)
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

    /// A plugin whose every word would turn a terminal red.
    private static let red = #"""
        #!/bin/sh
        case "$1" in
        describe) printf '%s\n' '{"v":1,"kind":"red","summary":"red \u001b[31m, \u009b31m","settings":[\#
        {"name":"\u001b[31m","type":{"type":"choice","choices":["\u001b[31m"]},"required":false,"default":"\u001b[31m","help":"red"}]}' ;;
        check) while read -r request; do printf '%s\n' '{"findings":[]}'; done ;;
        run)
            read -r request
            printf '%s\n' '{"t":"progress","done":1,"total":2,"unit":"\u001b[31m"}' '{"t":"log","level":"info","message":"said"}'
            printf '%s\n' '{"t":"result","outcome":"failed","summary":"\u001b[31m","fix":"\u001b[31m","retry":"cannot_help"}'
            exit 1
            ;;
        esac
        """#

    @Test(arguments: [["show", "red"], ["run-now", "red"], ["run-now", "\u{1b}[31m"], ["\u{1b}[31m"], ["plugins", "show", "red"]])
    func wordsOfAPluginOrCallerDoNotSteerTheTerminal(_ arguments: [String]) throws {
        let bench = try Bench()
        try bench.write("red", "uses: red\n")
        let plugins = bench.root + "/plugins"
        try FileManager.default.createDirectory(atPath: plugins, withIntermediateDirectories: true)
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        try #require(FileManager.default.createFile(atPath: plugins + "/red", contents: Data(Self.red.utf8), attributes: attributes))
        let environment = ["ACORE_SCHED_PLUGINS_DIR": plugins, "TERM": "dumb"]
        let command = try BuiltCommand(on: bench)
        let shown = try Terminal(columns: 100).show(command.process(arguments, environment: environment))
        let outcome = try command.run(arguments, environment: environment)
        // What takes the progress bar off the line is our own.
        for text in [shown.replacing("\r\u{1b}[K", with: ""), outcome.output, outcome.errors] {
            #expect(!text.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{9b}" }, "\(text.debugDescription)")
        }
        #expect((shown + outcome.errors).contains(#"\x1b[31m"#), "\(shown)\(outcome.errors)")
    }

    /// Columns that a line takes: ideographs and their punctuation take two.
    private static func width(of line: Substring) -> Int {
        line.unicodeScalars.reduce(0) { $0 + ((0x2e80...0x9fff).contains($1.value) || (0xff00...0xff60).contains($1.value) ? 2 : 1) }
    }
}
