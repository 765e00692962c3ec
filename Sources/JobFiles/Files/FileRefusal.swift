/// Why a file is not read.
struct FileRefusal: Error, Hashable {
    var problem: String
    var fix: String
    /// Whether the file has simply gone.
    var isMissing = false
}
