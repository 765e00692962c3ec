package import JobKit

/// What is wrong with a plugin, or with the folder of plugins.
package struct PluginFinding: Error, Sendable, Hashable, CustomStringConvertible {
    /// The program or the folder.
    package var path: String
    /// With an error the plugin is not used.
    package var severity: Finding.Severity
    package var problem: String
    package var fix: String

    package init(_ severity: Finding.Severity = .error, path: String, problem: String, fix: String) {
        self.severity = severity
        self.path = path
        self.problem = problem
        self.fix = fix
    }

    package var description: String { "\(path): \(severity.rawValue): \(problem)\n  fix: \(fix)" }
}
