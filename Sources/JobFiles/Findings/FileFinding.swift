package import JobKit

/// One thing that is wrong, or looks wrong, in a file: where, what, how to fix it.
package struct FileFinding: Sendable, Hashable {
    /// The path as the reader was given it.
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in characters (Unicode scalars).
    package var column: Int
    /// The column after the last character that is meant.
    package var endColumn: Int
    package var severity: Finding.Severity
    package var problem: String
    package var fix: String
    /// The text of the line; nil when the finding is about the file as a whole, or the line may hold a secret.
    package var sourceLine: String?

    /// A finding about a file as a whole.
    package init(file: String, severity: Finding.Severity = .error, problem: String, fix: String) {
        self.file = file
        self.severity = severity
        self.problem = problem
        self.fix = fix
        line = 1
        column = 1
        endColumn = 1
    }

    init(_ fault: Fault, file: String, source: SourceText?) {
        self.init(file: file, severity: fault.severity, problem: fault.problem, fix: fault.fix)
        line = fault.place.line
        column = fault.place.column
        endColumn = column + max(1, fault.length)
        self = showing(line: source)
    }

    /// The same with the text of its line, which is searched for from the beginning of the file; nil shows none.
    func showing(line source: SourceText?) -> FileFinding {
        guard let text = source?.line(line), !text.isEmpty, !SecretLine.mayHold(text) else { return self }
        var finding = self
        finding.sourceLine = text
        return finding
    }
}

extension FileFinding: Comparable {
    /// By file, line, column, then text.
    package static func < (left: FileFinding, right: FileFinding) -> Bool {
        (left.file, left.line, left.column, left.problem) < (right.file, right.line, right.column, right.problem)
    }
}
