/// What the first bytes of a file tell about SQLite (https://www.sqlite.org/fileformat2.html, section 1.3).
package struct SQLiteFile: Sendable, Hashable {
    /// Bytes that the header needs.
    package static let headerSize = 100
    /// Endings of the files that belong to a database beside it, and mean nothing without it.
    package static let companionSuffixes = ["-wal", "-shm", "-journal"]

    /// Whether changes go to a `-wal` file first.
    package let usesWriteAheadLog: Bool

    /// Nil when the bytes do not start as a database does.
    package init?(header: some Collection<UInt8>) {
        guard header.count >= Self.headerSize, header.starts(with: Self.magic) else { return nil }
        usesWriteAheadLog = header.dropFirst(19).first == 2
    }

    private static let magic = Array("SQLite format 3\0".utf8)
}
