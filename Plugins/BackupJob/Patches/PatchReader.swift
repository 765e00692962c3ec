import Archive
import FileTree

/// The blocks of one patch, in their order.
final class PatchReader {
    /// Bytes of a list at the most.
    private static let listLimit: Int64 = 1 << 20

    let list: PatchList
    private let reader: PaxReader
    /// Bytes taken out of the data so far.
    private var taken: Int64 = 0

    /// - Parameter reader: stands at the list; the data is the next member.
    init(_ reader: PaxReader) throws(ArchiveError) {
        guard (0...Self.listLimit).contains(reader.size) else { throw .damaged(offset: 0, reason: "the list of a patch is too long") }
        var text = [UInt8](repeating: 0, count: Int(reader.size))
        let count = try text.withUnsafeMutableBytes { room in Result { () throws(ArchiveError) in try reader.read(into: room) } }.get()
        guard count == text.count, let list = PatchList(text) else {
            throw .damaged(offset: 0, reason: "the list of a patch cannot be read")
        }
        guard try reader.next() != nil else { throw .damaged(offset: 0, reason: "a patch has no data") }
        guard list.fits(reader.size) else { throw .damaged(offset: 0, reason: "the data of a patch is not what its list says") }
        self.list = list
        self.reader = reader
    }

    /// The blocks that it holds.
    func blocks() -> some Sequence<Int> { list.runs.lazy.flatMap { $0.seek..<$0.seek + $0.count } }

    /// Goes to a block that comes later than the one before.
    func go(to block: Int) throws(ArchiveError) {
        guard let run = list.runs.last(where: { $0.seek <= block }), block < run.seek + run.count else {
            throw .damaged(offset: 0, reason: "a patch lacks block \(block)")
        }
        var rest = Int64(run.skip + block - run.seek) * Int64(list.blockSize) - taken
        guard rest >= 0 else { throw .damaged(offset: 0, reason: "a patch is out of order") }
        let skipped = UnsafeMutableRawBufferPointer.allocate(byteCount: BlockHasher.pieceSize, alignment: 64)
        defer { skipped.deallocate() }
        while rest > 0 {
            let piece = UnsafeMutableRawBufferPointer(rebasing: skipped[..<Int(min(rest, Int64(skipped.count)))])
            try read(into: piece)
            rest -= Int64(piece.count)
        }
    }

    /// Reads on in the block.
    func read(into room: UnsafeMutableRawBufferPointer) throws(ArchiveError) {
        guard try reader.read(into: room) == room.count else { throw .damaged(offset: 0, reason: "the data of a patch is too short") }
        taken += Int64(room.count)
    }
}
