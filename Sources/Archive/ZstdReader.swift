import CZstd
import Glibc

/// Reads the content of a compressed file from the start of any of its frames, with bounded memory.
///
/// Every frame of ours has a checksum, which libzstd compares. Not for use from two threads.
package final class ZstdReader {
    /// Fills the buffer with compressed bytes from an offset on.
    /// - Returns: how many there were; none only at the end.
    package typealias Source = (_ buffer: UnsafeMutableRawBufferPointer, _ offset: Int64) throws(ArchiveError) -> Int

    private static let inputSize = 128 << 10
    /// The largest window that a frame may ask for, as a power of two: four times what our frames of 4 MiB can use.
    private static let maximumWindow: Int32 = 24

    private let source: Source
    private let context: OpaquePointer
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputSize, alignment: 64)
    private var unread = 0..<0
    /// Where the next bytes are read from.
    private var position: Int64
    /// Whether the bytes so far end with a whole frame.
    private var isBetweenFrames = true
    /// Content bytes handed out so far.
    package private(set) var contentRead: Int64 = 0
    /// Where frames begin, in order: compressed bytes in the file, and content bytes counted from where reading began.
    package private(set) var frameStarts: [(offset: Int64, content: Int64)]

    /// - Parameters:
    ///   - descriptor: open for reading; stays its owner's.
    ///   - offset: the first byte of a frame.
    package convenience init(descriptor: Int32, offset: Int64 = 0) throws(ArchiveError) {
        try self.init(
            source: { buffer, offset throws(ArchiveError) in
                while true {
                    let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
                    if count >= 0 { return count }
                    if errno != EINTR { throw .input(operation: "read", code: errno) }
                }
            }, offset: offset)
    }

    /// - Parameter offset: the first byte of a frame.
    package init(source: @escaping Source, offset: Int64 = 0) throws(ArchiveError) {
        guard let context = ZSTD_createDCtx() else { throw .outOfMemory }
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.maximumWindow)
        self.source = source
        self.context = context
        position = offset
        frameStarts = [(offset, 0)]
    }

    deinit {
        ZSTD_freeDCtx(context)
        input.deallocate()
    }

    /// Fills the buffer with the next bytes of content.
    /// - Returns: fewer than there is room for only where the content ends.
    /// - Throws: ``ArchiveError/damaged(offset:reason:)`` also for a file that ends within a frame.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while output.pos < output.size {
            let isAtEnd = unread.isEmpty ? try !refill() : false
            if isAtEnd, isBetweenFrames { break }
            let before = output.pos
            try decompress(&output)
            contentRead += Int64(output.pos - before)
            if isBetweenFrames { frameStarts.append((position - Int64(unread.count), contentRead)) }
            if isAtEnd, output.pos == before { throw damaged("the file ends within a frame") }
        }
        return output.pos
    }

    private func decompress(_ output: inout ZSTD_outBuffer) throws(ArchiveError) {
        var source = ZSTD_inBuffer(src: input.baseAddress?.advanced(by: unread.lowerBound), size: unread.count, pos: 0)
        let result = ZSTD_decompressStream(context, &output, &source)
        guard ZSTD_isError(result) == 0 else { throw damaged(String(cString: ZSTD_getErrorName(result))) }
        unread = unread.lowerBound + source.pos..<unread.upperBound
        isBetweenFrames = result == 0
    }

    /// - Returns: false at the end of the file.
    private func refill() throws(ArchiveError) -> Bool {
        let count = try source(input, position)
        unread = 0..<count
        position += Int64(count)
        return count > 0
    }

    private func damaged(_ reason: String) -> ArchiveError {
        .damaged(offset: position - Int64(unread.count), reason: reason)
    }
}
