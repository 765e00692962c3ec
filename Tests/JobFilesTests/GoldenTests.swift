import Foundation
import JobKit
import Testing

@testable import JobFiles

@Suite struct GoldenTests {
    /// The golden file holds what a person sees for each row; `RECORD_GOLDEN=1` writes it anew and fails that run.
    @Test func everyBadInputGetsItsFindings() throws {
        var text = ""
        for input in BadInput.all {
            let scratch = try Scratch()
            try input.make(scratch)
            let set = loader().load(directory: scratch.path, now: present)
            #expect(!set.findings.isEmpty, "\(input.name)")
            let report = FindingReport(colour: false)
            text += "## \(input.name)\n" + report.text(for: set.findings) + report.summary(of: set) + "\n"
            text = text.replacing(scratch.path, with: "jobs.d")
        }
        let golden = here.appending(path: "Fixtures/findings.txt")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(text.utf8).write(to: golden)
            Issue.record("recorded \(golden.path)")
        }
        let expected = try String(contentsOf: golden, encoding: .utf8).split(separator: "## ")
        let found = text.split(separator: "## ")
        for (left, right) in zip(expected, found) { #expect(left == right) }
        #expect(expected.count == found.count)
    }

    @Test func anUnreadableFileSaysSo() throws {
        let scratch = try Scratch()
        try scratch.write("job.yaml", "uses: command\n")
        chmod("\(scratch.path)/job.yaml", 0)
        let set = loader().load(directory: scratch.path, now: present)
        // Root reads everything; then the row is about its content.
        let expected = geteuid() == 0 ? "needs argv or shell" : "it cannot be read: Permission denied"
        #expect(set.findings.contains { $0.problem.contains(expected) })
        #expect(set.definitions.isEmpty)
    }

    @Test(
        "files that are no job files are passed over in silence",
        arguments: ["job.yaml~", ".job.yaml", ".#job.yaml", "#job.yaml#", "job.yaml.bak", "README.md", "4913", ".job.yaml.swp"])
    func passesOver(_ name: String) throws {
        let scratch = try Scratch()
        try scratch.write(name, "\u{0}")
        let set = loader().load(directory: scratch.path, now: present)
        #expect(set.findings.isEmpty && set.files.isEmpty && set.isComplete)
    }

    @Test func aFolderThatIsNotThereLeavesTheSetIncomplete() {
        let set = loader().load(directory: "/nonexistent/jobs.d", now: present)
        #expect(!set.isComplete && set.hasErrors)
        #expect(set.findings.map(\.problem) == ["the folder cannot be read: No such file or directory"])
    }

    @Test func aPathThatIsNotThereSaysSo() {
        let set = loader().load(paths: ["/nonexistent", "/nonexistent/job.yaml"], now: present)
        #expect(set.findings.map(\.problem) == ["there is no such file or folder", "there is no such file or folder"])
    }

    @Test func anErrorInOneFileLeavesTheOthersAlone() throws {
        let scratch = try Scratch()
        try scratch.write("good.yaml", "uses: command\nwith: {argv: [a]}\n")
        try scratch.write("bad.yaml", "uses: command\n")
        let set = loader().load(directory: scratch.path, now: present)
        #expect(set.definitions.keys.sorted() == ["good"])
        #expect(set.files.map(\.hasError) == [true, false])
    }

    @Test func manyFindingsAreCutAndThatIsSaid() {
        let lines = (0..<150).map { "key\($0): x\n" }.joined()
        let set = loader().load(text: "uses: command\nwith: {argv: [a]}\n" + lines, name: "job", now: present)
        #expect(set.findings.count == ReadFile.mostFindings + 1)
        #expect(set.findings.contains { $0.problem == "50 further findings are not shown" && $0.severity == .error })
    }
}
