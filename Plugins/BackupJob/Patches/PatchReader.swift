import Archive
import FileTree

/// The blocks of one patch, in their order.
final class PatchReader {
    /// Bytes of a list at the most.
    private static let listLimit: Int64 = 4 << 20

    let list: PatchList
    private let reader: PaxReader
    /// Blocks taken out of the data so far.
    private var taken = 0

    /// - Parameter reader: stands at the list; the data is the next member.
    init(_ reader: PaxReader) throws(ArchiveError) {
        guard reader.size <= Self.listLimit else { throw .damaged(offset: 0, reason: "the list of a patch is too long") }
        var text = [UInt8](repeating: 0, count: Int(reader.size))
        let count = try text.withUnsafeMutableBytes { room in Result { () throws(ArchiveError) in try reader.read(into: room) } }.get()
        guard count == text.count, let list = PatchList(text) else {
            throw .damaged(offset: 0, reason: "the list of a patch cannot be read")
        }
        guard try reader.next() != nil else { throw .damaged(offset: 0, reason: "a patch has no data") }
        self.list = list
        self.reader = reader
    }

    /// The blocks that it holds.
    func blocks() -> some Sequence<Int> { list.runs.lazy.flatMap { $0.seek..<$0.seek + $0.count } }

    /// Reads a block that comes later than the one before.
    func read(_ block: Int, into room: UnsafeMutableRawBufferPointer) throws(ArchiveError) {
        guard let run = list.runs.last(where: { $0.seek <= block }), block < run.seek + run.count else {
            throw .damaged(offset: 0, reason: "a patch lacks block \(block)")
        }
        let place = run.skip + block - run.seek
        guard place >= taken else { throw .damaged(offset: 0, reason: "a patch is out of order") }
        let skipped = UnsafeMutableRawBufferPointer.allocate(byteCount: BlockHasher.pieceSize, alignment: 64)
        defer { skipped.deallocate() }
        var rest = (place - taken) * list.blockSize
        while rest > 0 {
            let piece = UnsafeMutableRawBufferPointer(rebasing: skipped[..<min(rest, skipped.count)])
            guard try reader.read(into: piece) == piece.count else { throw .damaged(offset: 0, reason: "the data of a patch is too short") }
            rest -= piece.count
        }
        guard try reader.read(into: room) == room.count else { throw .damaged(offset: 0, reason: "the data of a patch is too short") }
        taken = place + 1
    }
}
