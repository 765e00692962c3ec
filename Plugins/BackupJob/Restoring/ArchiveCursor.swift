import Archive
import FileTree

/// Finds members in one archive, forwards as long as they come in its order.
final class ArchiveCursor {
    /// A member farther ahead than this many compressed bytes is gone to directly.
    private static let stride: Int64 = 8 << 20
    /// No frame of ours has so much content; whoever says so wants us to inflate something.
    private static let maximumOffset: Int64 = 256 << 20

    private let source: StoredSource
    private var frames: FrameReader?
    private var reader: PaxReader?
    /// Content bytes between the start of the first frame that was read and the first member.
    private var skipped: Int64 = 0
    private var position: ManifestEntry.Location?

    init(_ source: StoredSource) {
        self.source = source
    }

    /// The member at a location, with its content still to be read.
    /// - Throws: when there is none.
    func member(at location: ManifestEntry.Location) throws(ArchiveError) -> PaxReader {
        if let reader, let position, Self.isAhead(location, of: position) {
            while let start = try reader.next() {
                let found = place(of: start + skipped)
                self.position = found
                if found.frame == location.frame, found.offset == location.offset { return reader }
                if !Self.isAhead(location, of: found) { break }
            }
        }
        return try open(at: location)
    }

    private static func isAhead(_ location: ManifestEntry.Location, of position: ManifestEntry.Location) -> Bool {
        if location.frame == position.frame { return location.offset > position.offset }
        return location.frame > position.frame && location.frame - position.frame < stride
    }

    /// Starts anew in the member's frame.
    private func open(at location: ManifestEntry.Location) throws(ArchiveError) -> PaxReader {
        guard location.frame >= 0, (0..<Self.maximumOffset).contains(location.offset) else {
            throw .damaged(offset: 0, reason: "a member cannot begin there")
        }
        let frames = FrameReader(try ZstdReader(source: source.read, offset: location.frame))
        try Self.skip(location.offset, of: frames)
        // Whoever reads the member holds the file open, too: the source does.
        let reader = try PaxReader { buffer throws(ArchiveError) in try frames.read(into: buffer) }
        guard try reader.next() == 0 else { throw .damaged(offset: location.frame, reason: "no member begins where the manifest says") }
        (self.frames, self.reader, skipped, position) = (frames, reader, location.offset, location)
        return reader
    }

    private static func skip(_ count: Int64, of frames: FrameReader) throws(ArchiveError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
        defer { buffer.deallocate() }
        var left = count
        while left > 0 {
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(left, Int64(buffer.count)))])
            let read = try frames.read(into: piece)
            guard read == piece.count else { throw .damaged(offset: 0, reason: "a frame is shorter than the manifest says") }
            left -= Int64(read)
        }
    }

    /// Where a byte of content lies.
    private func place(of content: Int64) -> ManifestEntry.Location {
        let start = frames?.frameStarts.last { $0.content <= content }
        return .init(sequence: position?.sequence ?? 0, frame: start?.offset ?? 0, offset: content - (start?.content ?? 0))
    }
}
