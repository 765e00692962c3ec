/// Why a file is not read, or a folder not watched.
package struct FileRefusal: Error, Hashable {
    package var problem: String
    package var fix: String
    /// Whether the file has simply gone.
    var isMissing = false

    package init(problem: String, fix: String) {
        self.init(problem: problem, fix: fix, isMissing: false)
    }

    init(problem: String, fix: String, isMissing: Bool) {
        self.problem = problem
        self.fix = fix
        self.isMissing = isMissing
    }
}
