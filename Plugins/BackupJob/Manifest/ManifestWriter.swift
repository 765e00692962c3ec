import Archive
import FileTree

/// Writes the full listing of a point as lines of JSON, compressed.
///
/// A line waits until the frame that holds its entry is written; at most as many wait as fit into the frames under way.
final class ManifestWriter {
    /// More entries than these are not kept waiting: the frame is ended for them.
    static let maximumWaiting = 10_000

    private let sequence: Int
    private let outputs: [PointOutput]
    private let lines: ManifestLines
    private var waiting: [ManifestEntry] = []
    private var frame = 0

    /// - Parameter outputs: each takes the same listing.
    init(outputs: [PointOutput], sequence: Int) throws(ArchiveError) {
        self.outputs = outputs
        self.sequence = sequence
        lines = try ManifestLines { bytes throws(ArchiveError) in
            for output in outputs { try output.write(bytes) }
        }
    }

    /// Writes the first line.
    func begin(_ line: JSONLine) throws(ArchiveError) { try lines.write([line]) }

    /// Whether so many entries wait that their frame is to be ended.
    var isCrowded: Bool { waiting.count >= Self.maximumWaiting }

    /// Takes an entry, and writes all whose frames are known by now.
    func add(_ entry: ManifestEntry, frames: [ZstdFrame]) throws(ArchiveError) {
        waiting.append(entry)
        if frames.count > frame || entry.place == nil { try writeKnown(frames) }
    }

    /// Writes all whose frames are known by now.
    func catchUp(frames: [ZstdFrame]) throws(ArchiveError) { try writeKnown(frames) }

    /// Writes what still waits, then the frames and the last line, and makes the file survive a loss of power.
    func finish(frames: [ZstdFrame], last: JSONLine) throws(ArchiveError) {
        try writeKnown(frames)
        precondition(waiting.isEmpty, "\(waiting.count) entries lie in no frame of the archive")
        let ends = frames.map { frame in
            var line = JSONLine()
            line.add("frame", frame.offset)
            line.add("size", frame.size)
            line.add("content_offset", frame.contentOffset)
            line.add("content_size", frame.contentSize)
            return line
        }
        try lines.write(ends + [last])
        try lines.finish()
        for output in outputs { try output.finish() }
    }

    /// Returns when no thread writes any more.
    func settle() { lines.settle() }

    private func writeKnown(_ frames: [ZstdFrame]) throws(ArchiveError) {
        var written = 0
        for var entry in waiting {
            if let place = entry.place {
                while frame < frames.count, frames[frame].contentOffset + frames[frame].contentSize <= place { frame += 1 }
                guard frame < frames.count else { break }
                entry.settle(
                    at: .init(sequence: sequence, frame: frames[frame].offset, offset: place - frames[frame].contentOffset))
            }
            try lines.add(entry)
            written += 1
        }
        waiting.removeFirst(written)
    }
}
