/// Why a file is not read, or a folder not watched.
package struct FileRefusal: Error, Hashable {
    package var problem: String
    package var fix: String
    /// Whether the file has simply gone.
    var isMissing = false
}
