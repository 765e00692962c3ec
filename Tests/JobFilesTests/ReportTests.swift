import CommandJob
import CronSchedule
import Foundation
import JobKit
import Testing

@testable import JobFiles

@Suite struct ReportTests {
    private func excerpt(_ line: String, column: Int, length: Int) -> [String] {
        var finding = FileFinding(file: "a.yaml", problem: "p", fix: "f")
        (finding.line, finding.column, finding.endColumn, finding.sourceLine) = (7, column, column + length, line)
        return finding.rendered().split(separator: "\n").map(String.init)
    }

    @Test func aFindingHasItsPlaceItsLineACaretAndItsFix() {
        #expect(excerpt("  keep: x", column: 9, length: 1) == ["a.yaml:7:9: error: p", "  7 |   keep: x", "    |         ^", "  fix: f"])
        #expect(excerpt("keep: many", column: 7, length: 4)[2] == "    |       ^~~~")
    }

    @Test func aLongLineIsCutAroundThePlace() {
        let lines = excerpt(String(repeating: "x", count: 500) + "HERE" + String(repeating: "y", count: 500), column: 501, length: 4)
        #expect(lines[1].contains("HERE") && lines[1].count == 6 + FindingReport.widest + 2)
        let caret = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
        let place = lines[1].range(of: "HERE").map { lines[1].distance(from: lines[1].startIndex, to: $0.lowerBound) }
        #expect(caret == place)
    }

    @Test func aCaretNeverRunsBeyondTheLine() {
        #expect(excerpt("ab", column: 3, length: 9)[2] == "    |   ^")
        #expect(excerpt("ab", column: 2, length: 9)[2] == "    |  ^")
    }

    @Test func charactersThatMoveTheCursorAreReplaced() {
        #expect(excerpt("a\u{1B}[2Jb\tc\u{202E}d", column: 1, length: 1)[1] == "  7 | a\u{FFFD}[2Jb c\u{FFFD}d")
    }

    @Test func colourIsOnlyUsedWhenAskedFor() {
        let finding = FileFinding(file: "a.yaml", problem: "p", fix: "f")
        #expect(FindingReport(colour: true).text(for: finding).contains("\u{1B}[31;1merror\u{1B}[0m"))
        #expect(!FindingReport(colour: false).text(for: finding).contains("\u{1B}"))
    }

    @Test func theSummaryCountsFiles() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", "uses: command\nwith: {argv: [a]}\n")
        try scratch.write("b.yaml", "uses: command\nschedule: \"* */15 * * * *\"\nwith: {argv: [a]}\n")
        try scratch.write("c.yaml", "uses: command\n")
        let set = loader().load(directory: scratch.path, now: present)
        #expect(FindingReport(colour: false).summary(of: set) == "3 files: 2 fine, 1 with errors, 1 warning\n")
    }

    private func sample() throws -> JobFileSet {
        let scratch = try Scratch()
        try scratch.write("job.yaml", "uses: comand\nschedule: \"* */15 * * * *\"\n")
        try scratch.write("ä b.yaml", "")
        var set = loader().load(directory: scratch.path, now: present)
        for index in set.findings.indices { set.findings[index].file = set.findings[index].file.replacing(scratch.path, with: "jobs.d") }
        return set
    }

    @Test func theJSONHoldsEveryFinding() throws {
        let json = try JSONSerialization.jsonObject(with: FindingReport.json(for: sample())) as? [String: Any]
        let findings = try #require(json?["findings"] as? [[String: Any]])
        #expect(json?["files"] as? Int == 2 && json?["with_errors"] as? Int == 2)
        #expect(findings.count == 3)
        let first = try #require(findings.first)
        #expect(first["file"] as? String == "jobs.d/job.yaml" && first["line"] as? Int == 1 && first["column"] as? Int == 7)
        #expect(
            first["severity"] as? String == "error" && first["source_line"] as? String == "uses: comand"
                && first["end_column"] as? Int == 13)
        #expect(first["problem"] as? String == "there is no kind named comand" && first["fix"] as? String == "did you mean command?")
    }

    @Test func theSARIFHasTheShapeThatToolsRead() throws {
        let log = try JSONSerialization.jsonObject(with: FindingReport.sarif(for: sample())) as? [String: Any]
        #expect(log?["version"] as? String == "2.1.0")
        let run = try #require((log?["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        #expect(driver["name"] as? String == "acore-sched")
        let rules = Set((driver["rules"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String })
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == 3)
        #expect(results.compactMap { $0["level"] as? String } == ["error", "warning", "error"])
        for result in results {
            #expect(rules.contains(result["ruleId"] as? String ?? ""))
            #expect((result["message"] as? [String: Any])?["text"] is String)
            let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
            let uri = try #require((location?["artifactLocation"] as? [String: Any])?["uri"] as? String)
            #expect(URL(string: uri) != nil && !uri.contains(" "))
            if let region = location?["region"] as? [String: Any] {
                #expect((region["startLine"] as? Int ?? 0) >= 1)
                #expect((region["endColumn"] as? Int ?? 0) > (region["startColumn"] as? Int ?? 0))
            }
        }
        #expect(results.last.map { "\($0)" }?.contains("jobs.d/%C3%A4%20b.yaml") == true)
    }
}
