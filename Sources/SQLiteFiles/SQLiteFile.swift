/// What the first bytes of a file tell about SQLite (https://www.sqlite.org/fileformat2.html, section 1.3).
package struct SQLiteFile: Sendable, Hashable {
    /// Bytes that the header needs.
    package static let headerSize = 100
    /// Endings of the files that belong to a database beside it, and mean nothing without it.
    package static let companionSuffixes = ["-wal", "-shm", "-journal"]

    /// Whether changes go to a `-wal` file first.
    package let usesWriteAheadLog: Bool
    /// Bytes of a page; 0 when the header's number is none that there can be.
    package let pageSize: Int
    /// As the header counts them; nil when a program that does not count wrote last. What is still in a `-wal` file is not in it.
    package let pageCount: Int?

    /// Nil when the bytes do not start as a database does.
    package init?(header: some Collection<UInt8>) {
        guard header.count >= Self.headerSize, header.starts(with: Self.magic) else { return nil }
        let bytes = Array(header.prefix(Self.headerSize))
        usesWriteAheadLog = bytes[19] == 2
        let size = Int(bytes[16]) << 8 | Int(bytes[17])
        // 65,536 does not fit: it is written as 1.
        pageSize = size == 1 ? 65_536 : size >= 512 && size.nonzeroBitCount == 1 ? size : 0
        let count = Self.number(at: 28, in: bytes)
        pageCount = count > 0 && Self.number(at: 24, in: bytes) == Self.number(at: 92, in: bytes) ? count : nil
    }

    private static func number(at offset: Int, in bytes: [UInt8]) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private static let magic = Array("SQLite format 3\0".utf8)
}
