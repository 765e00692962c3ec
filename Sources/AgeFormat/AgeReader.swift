import FoundationEssentials

/// Reads an encrypted file from any place: each chunk opens alone, and one is kept.
///
/// Not for use from two threads.
package final class AgeReader<Failure: Error> {
    /// Fills the buffer from an offset of the encrypted file; fewer bytes than there is room for only at its end.
    package typealias Source = (_ buffer: UnsafeMutableRawBufferPointer, _ offset: Int64) throws(Failure) -> Int

    /// Bytes of the content. That nothing is missing at its end is proven when the file is opened.
    package let contentSize: Int64

    private let source: Source
    private let failure: (AgeError) -> Failure
    private let stream: AgeStream
    /// Where the first chunk begins.
    private let start: Int64
    private let count: Int64
    private let sealed = ChunkBuffer(size: AgeStream.chunkSize + AgeStream.tagSize)
    private var chunk = Data()
    private var chunkNumber: Int64 = -1

    /// - Parameters:
    ///   - size: bytes of the encrypted file.
    ///   - failure: makes an error of the source's kind from one of ours.
    package init(
        size: Int64, identities: [AgeIdentity], failure: @escaping (AgeError) -> Failure, source: @escaping Source
    ) throws(Failure) {
        self.source = source
        self.failure = failure
        var bytes = [UInt8](repeating: 0, count: Int(min(size, Int64(AgeHeader.maximumSize + AgeStream.saltSize))))
        let read = try bytes.withUnsafeMutableBytes { buffer in Result { () throws(Failure) in try source(buffer, 0) } }.get()
        bytes.removeLast(bytes.count - read)
        do throws(AgeError) {
            let header = try AgeHeader(reading: bytes)
            let fileKey = try header.fileKey(for: identities)
            start = Int64(header.size + AgeStream.saltSize)
            let layout = try Self.layout(of: size - start, start: start)
            (count, contentSize) = layout
            stream = AgeStream(fileKey: fileKey, salt: Array(bytes[header.size..<Int(start)]))
        } catch {
            throw failure(error)
        }
        // The last chunk says of itself that it is the last: so its place proves the size.
        try open(count - 1)
    }

    /// Fills the buffer with content.
    /// - Returns: fewer bytes than there is room for only where the content ends.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(Failure) -> Int {
        var done = 0
        while done < buffer.count, offset + Int64(done) < contentSize {
            let place = offset + Int64(done)
            let number = place / Int64(AgeStream.chunkSize)
            if number != chunkNumber { try open(number) }
            let inside = Int(place % Int64(AgeStream.chunkSize))
            let length = min(buffer.count - done, chunk.count - inside)
            chunk.withUnsafeBytes { bytes in
                let piece = UnsafeRawBufferPointer(rebasing: bytes[inside..<(inside + length)])
                UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).copyMemory(from: piece)
            }
            done += length
        }
        return done
    }

    private static func layout(of payload: Int64, start: Int64) throws(AgeError) -> (count: Int64, contentSize: Int64) {
        let (full, tag) = (Int64(AgeStream.chunkSize + AgeStream.tagSize), Int64(AgeStream.tagSize))
        guard payload > 0 else { throw .damaged(offset: start + payload, reason: "it is cut before its content") }
        let count = (payload + full - 1) / full
        let last = payload - (count - 1) * full
        // Only content without a byte may end with an empty chunk, its only one.
        guard last > tag || (last == tag && count == 1) else {
            throw .damaged(offset: start + payload - last, reason: "it is cut within its last chunk")
        }
        return (count, payload - count * tag)
    }

    private func open(_ number: Int64) throws(Failure) {
        let full = Int64(AgeStream.chunkSize + AgeStream.tagSize)
        let isLast = number == count - 1
        let size = isLast ? contentSize + count * Int64(AgeStream.tagSize) - number * full : full
        let place = start + number * full
        let buffer = UnsafeMutableRawBufferPointer(rebasing: sealed.bytes[..<Int(size)])
        let read = try source(buffer, place)
        guard read == buffer.count, let opened = stream.open(UnsafeRawBufferPointer(buffer), number: number, isLast: isLast) else {
            throw failure(
                .damaged(offset: place, reason: isLast ? "the last chunk was changed, or what followed it is cut" : "a chunk was changed"))
        }
        (chunk, chunkNumber) = (opened, number)
    }
}
