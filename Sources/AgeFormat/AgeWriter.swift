import FoundationEssentials

/// Encrypts a stream for several recipients, in the format that the program `age` reads (age-encryption.org/v1).
///
/// Memory is bounded by one chunk. Not for use from two threads.
package final class AgeWriter<Failure: Error> {
    /// Takes all of the bytes, or throws.
    package typealias Output = (UnsafeRawBufferPointer) throws(Failure) -> Void

    private let output: Output
    private let failure: (AgeError) -> Failure
    private let stream: AgeStream
    /// Content that waits: only what comes after it tells whether its chunk is the last.
    private let buffer = ChunkBuffer(size: AgeStream.chunkSize)
    private var filled = 0
    private var number: Int64 = 0

    /// Writes the header.
    /// - Parameters:
    ///   - recipients: at least one; each of them alone can read.
    ///   - failure: makes an error of the output's kind from one of ours.
    package init(
        recipients: [AgeRecipient], failure: @escaping (AgeError) -> Failure, output: @escaping Output
    ) throws(Failure) {
        let (fileKey, salt) = (AgeStream.randomBytes16(), AgeStream.randomBytes16())
        self.output = output
        self.failure = failure
        stream = AgeStream(fileKey: fileKey, salt: salt)
        let header: AgeHeader
        do throws(AgeError) {
            header = try AgeHeader(for: recipients, fileKey: fileKey)
        } catch {
            throw failure(error)
        }
        let start = header.text + salt
        try start.withUnsafeBytes { bytes in Result { () throws(Failure) in try output(bytes) } }.get()
    }

    private var waiting: UnsafeMutableRawBufferPointer { buffer.bytes }

    /// Takes the next bytes of the content.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            if filled == waiting.count {
                try put(UnsafeRawBufferPointer(waiting), isLast: false)
                filled = 0
            }
            if filled == 0, rest.count > waiting.count {
                try put(UnsafeRawBufferPointer(rebasing: rest[..<waiting.count]), isLast: false)
                rest = UnsafeRawBufferPointer(rebasing: rest[waiting.count...])
                continue
            }
            let count = min(rest.count, waiting.count - filled)
            UnsafeMutableRawBufferPointer(rebasing: waiting[filled...]).copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            filled += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Ends the content; without this the file reads as cut.
    package func finish() throws(Failure) {
        try put(UnsafeRawBufferPointer(rebasing: waiting[..<filled]), isLast: true)
        filled = 0
    }

    private func put(_ content: UnsafeRawBufferPointer, isLast: Bool) throws(Failure) {
        let sealed: (content: Data, tag: Data)
        do throws(AgeError) {
            sealed = try stream.seal(content, number: number, isLast: isLast)
        } catch {
            throw failure(error)
        }
        number += 1
        for part in [sealed.content, sealed.tag] where !part.isEmpty {
            try part.withUnsafeBytes { bytes in Result { () throws(Failure) in try output(bytes) } }.get()
        }
    }
}
