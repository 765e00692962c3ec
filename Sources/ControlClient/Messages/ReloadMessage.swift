/// The answer to `POST /v1/reload`: what changed.
package struct ReloadMessage: Sendable, Hashable, Codable {
    package var added: [String]
    package var changed: [String]
    package var removed: [String]
    /// Jobs whose file has an error: they go on as they were before.
    package var broken: [String]
    /// Files with errors of which no good definition is known: they are no jobs. The jobs' names, or the files' own where those are none.
    package var refused: [String]
    package var unchanged: Int
    /// What is wrong, as `validate` prints it.
    package var findings: [String]

    package init(
        added: [String], changed: [String], removed: [String], broken: [String], refused: [String], unchanged: Int, findings: [String]
    ) {
        self.added = added
        self.changed = changed
        self.removed = removed
        self.broken = broken
        self.refused = refused
        self.unchanged = unchanged
        self.findings = findings
    }
}
