import Dispatch

/// Compresses a stream into independent zstd frames with checksums, several at a time, and remembers where each one lies.
///
/// Every zstd tool reads the frames as one stream; a reader that knows the list starts in the middle. Memory is bounded by the number
/// of threads. Not for use from two threads.
package final class ZstdFrameWriter {
    /// Takes all of the bytes, or throws.
    package typealias Output = (UnsafeRawBufferPointer) throws(ArchiveError) -> Void

    /// Content bytes of a frame, save the last one.
    package static let standardFrameSize = 4 << 20
    /// The most threads; more only cost memory.
    package static let maximumThreads = 64

    /// Frames written so far, in order.
    package private(set) var frames: [ZstdFrame] = []
    /// Content bytes taken so far.
    package private(set) var contentSize: Int64 = 0

    private let outlet: FrameOutlet
    private let slots: [FrameSlot]
    private let queue: DispatchQueue?
    private var current = 0
    private var failure: ArchiveError?
    private var writtenSize: Int64 = 0
    private var writtenContent: Int64 = 0

    /// - Parameters:
    ///   - level: zstd's level, 1...19.
    ///   - threads: that compress beside the caller's; with 1 the caller compresses and writes.
    ///   - output: called from one thread at a time, which is the caller's only when there is but one. An error of its comes with a later call.
    package init(
        level: Int, threads: Int, frameSize: Int = standardFrameSize, output: @escaping Output
    ) throws(ArchiveError) {
        precondition(frameSize > 0 && threads > 0, "\(threads) threads cannot write frames of \(frameSize) bytes")
        let workers = min(threads, Self.maximumThreads)
        var slots: [FrameSlot] = []
        // More than are compressed at a time: one that the caller fills, one that is written, one that waits, so that nobody else does.
        for _ in 0..<(workers > 1 ? workers + 3 : 1) {
            slots.append(try FrameSlot(frameSize: frameSize, level: level))
        }
        self.slots = slots
        outlet = FrameOutlet(isBeside: workers > 1, output: output)
        queue = workers > 1 ? DispatchQueue(label: "zstd frames", attributes: .concurrent) : nil
    }

    /// Takes the next bytes of the stream.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        if let failure { throw failure }
        var done = 0
        while done < bytes.count {
            done += slots[current].fill(UnsafeRawBufferPointer(rebasing: bytes[done...]))
            if slots[current].isFull { try startCurrent() }
        }
        contentSize += Int64(bytes.count)
    }

    /// Ends the stream; a stream without a byte becomes one empty frame, which every tool accepts.
    package func finish() throws(ArchiveError) {
        if contentSize == 0 {
            if let failure { throw failure }
            try startCurrent()
        }
        try cut()
        try outlet.finish()
    }

    /// Ends the frame under way, so that ``frames`` tells where everything lies that was written so far; the next byte begins a new one.
    package func cut() throws(ArchiveError) {
        if let failure { throw failure }
        if slots[current].isBegun { try startCurrent() }
        for _ in slots {
            try flush(slots[current])
            current = (current + 1) % slots.count
        }
    }

    /// Returns when no thread writes any more, also after an error; what is not written by then never is, unless the stream goes on.
    package func settle() { outlet.settle() }

    /// Sends the filled slot to work, and writes the oldest: of the next one, which is to be filled, and of the one behind it.
    private func startCurrent() throws(ArchiveError) {
        slots[current].start(on: queue)
        current = (current + 1) % slots.count
        try flush(slots[current])
        if slots.count > 1 { try flush(slots[(current + 1) % slots.count]) }
    }

    private func flush(_ slot: FrameSlot) throws(ArchiveError) {
        do throws(ArchiveError) {
            guard let (size, count) = try slot.take() else { return }
            try outlet.write(slot, size)
            frames.append(
                ZstdFrame(offset: writtenSize, size: Int64(size), contentOffset: writtenContent, contentSize: Int64(count)))
            writtenSize += Int64(size)
            writtenContent += Int64(count)
        } catch {
            failure = error
            throw error
        }
    }
}
