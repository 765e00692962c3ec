import Archive

/// Makes the tags of a file's blocks from its content, which comes in pieces of any size.
struct BlockHasher {
    /// Content is authenticated in pieces of this size; a block that is larger has the tag of its pieces' tags.
    static let pieceSize = 1 << 20

    private let authenticator: BlockAuthenticator
    private(set) var digests: BlockDigests
    private var piece: [UInt8] = []
    private var pieceTags: [UInt8] = []

    init(_ authenticator: BlockAuthenticator, blockSize: Int) {
        self.authenticator = authenticator
        digests = BlockDigests(blockSize: blockSize)
    }

    /// Takes the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            if piece.isEmpty, rest.count >= Self.pieceSize {
                try add(try authenticator.tag(of: UnsafeRawBufferPointer(rebasing: rest[..<Self.pieceSize])))
                rest = UnsafeRawBufferPointer(rebasing: rest[Self.pieceSize...])
                continue
            }
            let count = min(rest.count, Self.pieceSize - piece.count)
            piece += rest[..<count]
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            if piece.count == Self.pieceSize { try endPiece() }
        }
    }

    /// Ends the last block, which may be shorter.
    mutating func finish() throws(ArchiveError) -> BlockDigests {
        if !piece.isEmpty { try endPiece() }
        if !pieceTags.isEmpty { try endBlock() }
        return digests
    }

    private mutating func endPiece() throws(ArchiveError) {
        try add(try Self.tag(piece, by: authenticator))
        piece.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ tag: [UInt8]) throws(ArchiveError) {
        pieceTags += tag
        if pieceTags.count / BlockAuthenticator.tagSize * Self.pieceSize == digests.blockSize { try endBlock() }
    }

    private mutating func endBlock() throws(ArchiveError) {
        let isAlone = digests.blockSize == Self.pieceSize
        digests.append(isAlone ? pieceTags : try Self.tag(pieceTags, by: authenticator))
        pieceTags.removeAll(keepingCapacity: true)
    }

    private static func tag(_ bytes: [UInt8], by authenticator: BlockAuthenticator) throws(ArchiveError) -> [UInt8] {
        try bytes.withUnsafeBytes { block in Result { () throws(ArchiveError) in try authenticator.tag(of: block) } }.get()
    }
}
