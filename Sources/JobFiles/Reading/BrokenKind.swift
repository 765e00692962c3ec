/// Why a kind's plugin cannot be used, for the jobs that name it.
package struct BrokenKind: Sendable, Hashable {
    /// The plugin and what is wrong with it.
    package var problem: String
    package var fix: String

    package init(problem: String, fix: String) {
        self.problem = problem
        self.fix = fix
    }
}
