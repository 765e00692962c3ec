import FileTree

/// Why a file of the repository cannot be used.
struct StoreDamage: Error, Hashable, CustomStringConvertible {
    /// The file.
    let path: PathBytes
    /// What is wrong with it.
    let reason: String
    /// What to do; nil for the way that every damage has.
    var fix: String?

    /// One line without an end.
    var description: String { "\(path) cannot be used: \(reason)" }
}
