package import FoundationEssentials
import JobKit

extension FindingReport {
    /// The findings as one JSON object for programs; its keys are a promise.
    package static func json(for set: JobFileSet) throws -> Data {
        try encode(Document(files: set.files.count, withErrors: set.files.count { $0.hasError }, findings: set.findings.map(Entry.init)))
    }

    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private struct Document: Encodable {
        let files: Int
        let withErrors: Int
        let findings: [Entry]

        private enum CodingKeys: String, CodingKey {
            case files, findings
            case withErrors = "with_errors"
        }
    }

    private struct Entry: Encodable {
        let file: String
        let line: Int
        let column: Int
        let endColumn: Int
        let severity: Finding.Severity
        let problem: String
        let fix: String
        let sourceLine: String?

        init(_ finding: FileFinding) {
            file = finding.file
            line = finding.line
            column = finding.column
            endColumn = finding.endColumn
            severity = finding.severity
            problem = finding.problem
            fix = finding.fix
            sourceLine = finding.sourceLine
        }

        private enum CodingKeys: String, CodingKey {
            case file, line, column, severity, problem, fix
            case endColumn = "end_column"
            case sourceLine = "source_line"
        }
    }
}
