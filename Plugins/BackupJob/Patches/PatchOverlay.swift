import Archive
import FileTree

/// Lays the blocks of patches over the content that they belong to, while that passes by.
struct PatchOverlay {
    private let patches: [PatchReader]
    private let size: Int64
    private let blockSize: Int
    private let path: PathBytes
    /// Blocks that a patch holds, in order, with the newest patch that does.
    private let sources: [(block: Int, patch: Int)]
    private var next = 0
    private let room = PieceRoom()

    /// - Parameters:
    ///   - patches: oldest first.
    ///   - base: bytes of the content below them.
    ///   - size: of the content with all of them.
    /// - Throws: where they are not those of a file of this size.
    init(_ patches: [PatchReader], base: Int64, size: Int64, path: PathBytes) throws(BackupError) {
        self.patches = patches
        self.size = size
        self.path = path
        blockSize = BlockDigests.blockSize(for: size)
        if let index = patches.firstIndex(where: { [blockSize] in $0.list.blockSize != blockSize }) {
            throw .damaged(StoreDamage(path: path, reason: "its patch \(index + 1) has blocks of another size than the file"))
        }
        let count = Int(BlockDigests.count(size, blockSize))
        var newest: [Int?] = Array(repeating: nil, count: count)
        for (index, patch) in patches.enumerated() {
            for block in patch.blocks() where block < count { newest[block] = index }
        }
        // A file that has grown got all that the content below does not have, its last block included.
        guard base >= size || !newest[Int(base / Int64(blockSize))...].contains(nil) else {
            throw .damaged(StoreDamage(path: path, reason: "its patches do not reach the size that the manifest says"))
        }
        sources = newest.enumerated().compactMap { block, patch in patch.map { (block, $0) } }
    }

    /// A piece of the content below comes by; pieces come in order and without gaps.
    mutating func pass(
        _ offset: Int64, _ bytes: UnsafeRawBufferPointer, _ isHole: Bool,
        _ take: (Int64, UnsafeRawBufferPointer, Bool) throws(BackupError) -> Void
    ) throws(BackupError) {
        var position = offset
        let end = min(size, offset + Int64(bytes.count))
        while position < end {
            let block = Int(position / Int64(blockSize))
            while next < sources.count, sources[next].block < block { try emit(take) }
            let blockEnd = min(end, Int64(block + 1) * Int64(blockSize))
            if next < sources.count, sources[next].block == block {
                // Its bytes are those of a patch, once the block has passed by.
                position = blockEnd
                if position % Int64(blockSize) == 0 { try emit(take) }
                continue
            }
            if next > 0, sources[next - 1].block == block {
                position = blockEnd
                continue
            }
            let piece = UnsafeRawBufferPointer(rebasing: bytes[Int(position - offset)..<Int(blockEnd - offset)])
            try take(position, piece, isHole)
            position = blockEnd
        }
    }

    /// The content below has ended: what is left comes from patches alone.
    mutating func finish(_ take: (Int64, UnsafeRawBufferPointer, Bool) throws(BackupError) -> Void) throws(BackupError) {
        while next < sources.count { try emit(take) }
    }

    private mutating func emit(_ take: (Int64, UnsafeRawBufferPointer, Bool) throws(BackupError) -> Void) throws(BackupError) {
        let (block, patch) = sources[next]
        next += 1
        var position = Int64(block) * Int64(blockSize)
        let end = min(position + Int64(blockSize), size)
        try reading(patch) { reader throws(ArchiveError) in try reader.go(to: block) }
        while position < end {
            let bytes = UnsafeMutableRawBufferPointer(rebasing: room.memory[..<Int(min(Int64(room.memory.count), end - position))])
            try reading(patch) { reader throws(ArchiveError) in try reader.read(into: bytes) }
            try take(position, UnsafeRawBufferPointer(bytes), false)
            position += Int64(bytes.count)
        }
    }

    private func reading(_ patch: Int, _ body: (PatchReader) throws(ArchiveError) -> Void) throws(BackupError) {
        do throws(ArchiveError) {
            try body(patches[patch])
        } catch {
            throw .damaged(StoreDamage(path: path, reason: "its patch \(patch + 1): \(error)"))
        }
    }

    /// Memory for a piece of a block.
    private final class PieceRoom {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: BlockHasher.pieceSize, alignment: 4096)

        deinit { memory.deallocate() }
    }
}
