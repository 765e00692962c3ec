import JobKit

/// One thing that is wrong with a file, at a place in it; the file's name and the line's text are added by ``FileFinding``.
struct Fault: Error, Hashable {
    var severity = Finding.Severity.error
    /// Where.
    var place: SourcePlace
    /// How many characters from there are meant.
    var length = 1
    var problem: String
    var fix: String

    /// The first character of a file, for what concerns the file as a whole.
    static let start = SourcePlace(line: 1, column: 1)
}
