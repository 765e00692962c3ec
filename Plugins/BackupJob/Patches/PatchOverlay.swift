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
    private let room: BlockRoom

    /// - Parameters:
    ///   - patches: oldest first.
    ///   - size: of the content with all of them.
    init(_ patches: [PatchReader], size: Int64, path: PathBytes) {
        self.patches = patches
        self.size = size
        self.path = path
        blockSize = patches.first?.list.blockSize ?? BlockHasher.pieceSize
        let count = (size + Int64(blockSize) - 1) / Int64(blockSize)
        var newest: [Int: Int] = [:]
        for (index, patch) in patches.enumerated() {
            for block in patch.blocks() where block < count { newest[block] = index }
        }
        sources = newest.map { ($0.key, $0.value) }.sorted { $0.block < $1.block }
        room = BlockRoom(blockSize)
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
        let start = Int64(block) * Int64(blockSize)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: room.memory[..<Int(min(Int64(blockSize), size - start))])
        do throws(ArchiveError) {
            guard patches[patch].list.blockSize == blockSize else { throw .damaged(offset: 0, reason: "patches with blocks of two sizes") }
            try patches[patch].read(block, into: bytes)
        } catch {
            throw .damaged(StoreDamage(path: path, reason: "its patch \(patch + 1): \(error)"))
        }
        try take(start, UnsafeRawBufferPointer(bytes), false)
    }

    /// Memory for one block.
    private final class BlockRoom {
        let memory: UnsafeMutableRawBufferPointer

        init(_ size: Int) { memory = .allocate(byteCount: size, alignment: 4096) }

        deinit { memory.deallocate() }
    }
}
