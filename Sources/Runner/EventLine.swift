/// One line of a run's events.jsonl, with its place in the file. It belongs to the run whose folder it stands in, whatever
/// the line says.
package struct EventLine: Sendable, Equatable {
    /// Where the line begins.
    package let offset: Int
    /// Where the next line begins: the offset to go on from.
    package let nextOffset: Int
    /// What kind of line it is.
    package let content: Content

    package init(offset: Int, nextOffset: Int, content: Content) {
        self.offset = offset
        self.nextOffset = nextOffset
        self.content = content
    }

    /// What a line can be.
    package enum Content: Sendable, Equatable {
        /// A line of a wire worker as it was written, without its newline; whether it is a good event is for the reader to see.
        case wire([UInt8])
        /// A line of plain output, when it came (ms since 1970), and whether it was cut at 64 KiB.
        case raw(atMs: Int64, text: String, isCut: Bool)
        /// A line of the launcher's or the runner's own.
        case note(atMs: Int64, text: String)
        /// Bytes that are none of these: a file touched by others, or a disk that lost a part.
        case broken([UInt8])
    }
}
