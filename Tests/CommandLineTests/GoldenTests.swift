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
            Row("help-explain", "explain --help"), Row("explain-ran", "explain nightly --at 2027-03-27T18:00:00Z"),
            Row("explain-skipped", "explain nightly --at 2027-03-27T22:00:04Z"),
            Row("explain-missed", "explain nightly --at 2027-03-27T21:00:00Z"),
            Row("explain-span", "explain nightly --at 2027-03-27T20:00:00Z"),
            Row("explain-missed-json", "explain nightly --at 2027-03-27T21:00:00Z --json"),
            Row("explain-gone", "explain gone --at 2027-03-27T20:00:00Z"), Row("explain-gone-now", "explain gone"),
            Row("explain-no-slot", "explain hourly --at 2027-03-27T18:10:00Z"),
            Row("explain-no-slot-json", "explain hourly --at 2027-03-27T18:10:00Z --json"),
            Row("explain-after", "explain follower --at 2027-03-27T18:10:00Z"), Row("explain-after-now", "explain follower"),
            Row("explain-paused", "explain resting"), Row("explain-paused-json", "explain resting --json"),
            Row("explain-disabled", "explain retired"), Row("explain-wrong", "explain wrong"),
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
