import Archive

/// A tag for each block of a large file, so that an increment can tell which blocks have changed without the old ones.
struct BlockDigests: Hashable {
    /// Smaller files are stored as a whole.
    static let smallestFile: Int64 = 16 << 20
    /// The most blocks of a file; larger files have larger blocks.
    static let maximumCount: Int64 = 16_384

    /// Bytes of each block but the last one: a power of two, at least ``BlockHasher/pieceSize``.
    let blockSize: Int
    /// The tags in order, ``BlockAuthenticator/tagSize`` bytes each.
    private(set) var tags: [UInt8] = []

    init(blockSize: Int) {
        self.blockSize = blockSize
    }

    /// Tags that were written before; nil when they cannot be those of a file of this size.
    init?(blockSize: Int, tags: [UInt8], of size: Int64) {
        guard Self.isBlockSize(blockSize) else { return nil }
        guard Int64(tags.count) == Self.count(size, blockSize) * Int64(BlockAuthenticator.tagSize) else { return nil }
        self.blockSize = blockSize
        self.tags = tags
    }

    /// How many there are.
    var count: Int { tags.count / BlockAuthenticator.tagSize }

    /// The tag of a block.
    subscript(_ index: Int) -> ArraySlice<UInt8> {
        tags[index * BlockAuthenticator.tagSize..<(index + 1) * BlockAuthenticator.tagSize]
    }

    mutating func append(_ tag: [UInt8]) { tags += tag }

    /// The size of blocks for a file of this size.
    static func blockSize(for size: Int64) -> Int {
        var blockSize = BlockHasher.pieceSize
        while count(size, blockSize) > maximumCount { blockSize *= 2 }
        return blockSize
    }

    /// Whether blocks can have this size.
    static func isBlockSize(_ size: Int) -> Bool { size >= BlockHasher.pieceSize && size <= 1 << 40 && size & (size - 1) == 0 }

    /// How many blocks a file has.
    static func count(_ size: Int64, _ blockSize: Int) -> Int64 { (size + Int64(blockSize) - 1) / Int64(blockSize) }
}
