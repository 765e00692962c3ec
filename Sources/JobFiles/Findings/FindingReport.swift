import JobKit

/// Findings as people read them: place, problem, the line with a caret, fix.
package struct FindingReport: Sendable {
    /// Columns of a line that are shown; longer ones are cut around the place.
    static let widest = 100

    private let colour: Bool

    /// - Parameter colour: whether the terminal shows colours.
    package init(colour: Bool) { self.colour = colour }

    /// All findings, each ended by a line feed.
    package func text(for findings: [FileFinding]) -> String { findings.map(text).joined() }

    /// One finding, each line ended by a line feed.
    func text(for finding: FileFinding) -> String {
        let place = finding.isAboutFile ? finding.file : "\(finding.file):\(finding.line):\(finding.column)"
        let severity = paint(finding.severity.rawValue, finding.severity == .error ? "31;1" : "33;1")
        var text = "\(paint(place, "1")): \(severity): \(Self.printable(finding.problem))\n"
        if let line = finding.sourceLine { text += excerpt(of: line, finding) }
        return text + "  fix: \(Self.printable(finding.fix))\n"
    }

    private func excerpt(of line: String, _ finding: FileFinding) -> String {
        let scalars = Array(line.unicodeScalars)
        let start = max(0, min(finding.column - 1 - Self.widest / 2, scalars.count - Self.widest))
        let end = min(scalars.count, start + Self.widest)
        let shown = Self.printable(String(String.UnicodeScalarView(scalars[start..<end])))
        let number = String(finding.line)
        let margin = String(repeating: " ", count: number.count)
        let indent = String(repeating: " ", count: max(0, finding.column - 1 - start) + (start > 0 ? 1 : 0))
        let length = max(1, min(finding.endColumn - finding.column, end - (finding.column - 1)))
        let caret = paint("^" + String(repeating: "~", count: length - 1), "32;1")
        let cut = (start > 0 ? "…" : "", end < scalars.count ? "…" : "")
        return "  \(number) | \(cut.0)\(shown)\(cut.1)\n  \(margin) | \(indent)\(caret)\n"
    }

    private func paint(_ text: String, _ code: String) -> String { colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }

    /// The text without characters that move the cursor or turn the writing around; a tab becomes one blank.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control: scalar == "\t" ? " " : "\u{FFFD}"
                    case .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }

    /// The last line, for example `3 files: 2 fine, 1 with errors`.
    package func summary(of set: JobFileSet) -> String {
        let errors = set.files.count { $0.hasError }
        let elsewhere = errors == 0 && set.hasErrors
        let warnings = set.findings.count { $0.severity == .warning }
        var parts = ["\(set.files.count - errors) fine"]
        if errors > 0 { parts.append("\(errors) with errors") }
        if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        if elsewhere { parts.append("not all could be looked at") }
        return "\(set.files.count) \(set.files.count == 1 ? "file" : "files"): \(parts.joined(separator: ", "))\n"
    }
}

extension FileFinding {
    /// The finding as people read it, without colour and without a line feed at the end.
    package func rendered() -> String { String(FindingReport(colour: false).text(for: self).dropLast()) }

    /// Whether no line of the file is meant.
    var isAboutFile: Bool { endColumn == column }
}
