package import JobKit

/// A value that somebody wrote on a line of its own, such as `[a, b]` or `{a: 1}`, read as in a job file.
package enum FlowText {
    /// - Throws: the first error in it.
    package static func node(_ text: String) throws(FileRefusal) -> ConfigNode {
        let outcome = YAMLReader.read(SourceText(text))
        if let fault = outcome.faults.first(where: { $0.severity == .error }) {
            throw FileRefusal(problem: fault.problem, fix: fault.fix)
        }
        return outcome.root ?? ConfigNode(.null)
    }
}
