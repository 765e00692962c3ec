import Archive

/// Splits the content of a compressed file into lines.
final class LineReader {
    private static let size = 256 << 10

    private let source: FrameReader
    private let limit: Int
    private var buffer: UnsafeMutableRawBufferPointer
    private var unread = 0..<0
    private var isAtEnd = false

    /// - Parameter limit: bytes of one line, at the most.
    init(_ source: ZstdReader, limit: Int) {
        self.source = FrameReader(source)
        self.limit = limit
        buffer = .allocate(byteCount: Self.size, alignment: 64)
    }

    deinit {
        buffer.deallocate()
    }

    /// Lends the next line, without its end.
    /// - Returns: nil after the last line.
    func next<Value>(_ body: (UnsafeRawBufferPointer) -> Value) throws(ArchiveError) -> Value? {
        var searched = unread.lowerBound
        while true {
            if let end = buffer[searched..<unread.upperBound].firstIndex(of: UInt8(ascii: "\n")) {
                let line = UnsafeRawBufferPointer(rebasing: buffer[unread.lowerBound..<end])
                unread = end + 1..<unread.upperBound
                return body(line)
            }
            guard !isAtEnd else {
                if unread.isEmpty { return nil }
                throw .damaged(offset: 0, reason: "its last line has no end")
            }
            let length = unread.count
            try readOn()
            searched = unread.lowerBound + length
        }
    }

    private func readOn() throws(ArchiveError) {
        if unread.count >= limit { throw .damaged(offset: 0, reason: "a line is longer than \(limit) bytes") }
        makeRoom()
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[unread.upperBound...])
        let count = try source.read(into: room)
        isAtEnd = count < room.count
        unread = unread.lowerBound..<unread.upperBound + count
    }

    /// Moves what is unread to the front, into a larger buffer when it fills this one.
    private func makeRoom() {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[unread])
        if unread.count * 2 > buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 64)
            larger.copyMemory(from: rest)
            buffer.deallocate()
            buffer = larger
        } else if let start = buffer.baseAddress, let from = rest.baseAddress {
            start.copyMemory(from: from, byteCount: rest.count)
        }
        unread = 0..<unread.count
    }
}
