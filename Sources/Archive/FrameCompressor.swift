import CZstd

/// One libzstd context that turns a block into a frame with its size and checksum; input and output stay where they are.
final class FrameCompressor {
    private let context: OpaquePointer

    init(level: Int) throws(ArchiveError) {
        guard let context = ZSTD_createCCtx() else { throw .outOfMemory }
        self.context = context
        try Self.check(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level)))
        try Self.check(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    /// Room that the frame of a block may need at most.
    static func bound(_ count: Int) -> Int {
        ZSTD_compressBound(count)
    }

    /// Compresses all of `block` into one frame.
    /// - Returns: the frame's bytes, counted from the start of `output`.
    func compress(_ block: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let size = ZSTD_compress2(context, output.baseAddress, output.count, block.baseAddress, block.count)
        try Self.check(size)
        return size
    }

    private static func check(_ result: Int) throws(ArchiveError) {
        guard ZSTD_isError(result) == 0 else { throw .compression(reason: String(cString: ZSTD_getErrorName(result))) }
    }
}
