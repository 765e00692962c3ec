import Foundation
import Testing

/// What the reading verbs print for one installation; `RECORD_GOLDEN=1` writes it anew and fails that run.
@Suite struct GoldenTests {
    /// A command line with the name of its golden file.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]

        init(_ name: String, _ line: String) {
            self.name = name
            arguments = line.split(separator: " ").map(String.init)
        }

        var testDescription: String { name }
    }

    private static let evening = "--from 2027-03-27T18:00:00Z"

    @Test(
        arguments: [
            Row("help", "--help"), Row("help-list", "list --help"), Row("help-show", "show --help"), Row("help-next", "next --help"),
            Row("help-history", "history --help"), Row("help-logs", "logs --help"), Row("help-plugins", "plugins show --help"),
            Row("help-completions", "completions --help"),
            Row("next", "next --count 9 \(evening)"), Row("next-one", "next nightly --count 2 \(evening)"),
            Row("next-json", "next nightly --count 2 --json \(evening)"), Row("next-disabled", "next retired"),
            Row("next-paused", "next resting"), Row("next-after", "next follower"),
            Row("show", "show nightly \(evening)"), Row("show-json", "show nightly --json \(evening)"),
            Row("history", "history"), Row("history-one", "history nightly --limit 1"), Row("history-failed", "history --state failed"),
            Row("history-since", "history --since 2027-03-27T18:30:00Z --json"), Row("history-gone", "history gone --json"),
            Row("history-slots", "history nightly --slots"), Row("history-slots-json", "history --slots --json"),
            Row("logs", "logs nightly"), Row("logs-stderr", "logs 01JZ000000000000000000000a --stderr"),
            Row("logs-json", "logs gone --json"),
            Row("plugins", "plugins list"), Row("plugins-show", "plugins show command"),
        ])
    func prints(_ row: Row) throws {
        let bench = try Example.make()
        let outcome = try BuiltCommand(on: bench).run(row.arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        try compare(bench.withoutPlace(outcome.output), with: row.name)
    }

    /// Times and distances depend on the day; the rest of the list does not.
    @Test func listsEveryJobWithItsState() throws {
        let bench = try Example.make()
        let outcome = try BuiltCommand(on: bench).run(["list"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let text = bench.withoutPlace(outcome.output)
            .replacing(#/(in \d+ (s|min|h|d)|now), \d{4}-\S+/#, with: "NEXT").replacing(#/in \d+ d/#, with: "AGO")
            .replacing(#/\d+ (s|min|h|d) ago/#, with: "AGO").replacing(#/ {2,}/#, with: "  ")
        try compare(text, with: "list")
    }

    private func compare(_ text: String, with name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(text.utf8).write(to: file)
            Issue.record("recorded \(file.path())")
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)))
    }
}
