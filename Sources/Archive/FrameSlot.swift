import Dispatch

/// Room for one block and its frame, with a compressor of its own.
///
/// `@unchecked Sendable`: at any time either the writer holds the slot (filling, or taking the frame) or one work item does (compressing).
/// The writer hands it over by `start` and takes it back by `take`, which waits for the item's semaphore; both order memory.
final class FrameSlot: @unchecked Sendable {
    private let compressor: FrameCompressor
    private let input: UnsafeMutableRawBufferPointer
    private let output: UnsafeMutableRawBufferPointer
    private let done = DispatchSemaphore(value: 0)
    private var result: Result<Int, ArchiveError> = .success(0)
    private var isStarted = false
    /// Bytes of the block so far.
    private(set) var filled = 0

    init(frameSize: Int, level: Int) throws(ArchiveError) {
        compressor = try FrameCompressor(level: level)
        input = .allocate(byteCount: frameSize, alignment: 64)
        output = .allocate(byteCount: FrameCompressor.bound(frameSize), alignment: 64)
    }

    deinit {
        if isStarted { done.wait() }
        input.deallocate()
        output.deallocate()
    }

    var isFull: Bool { filled == input.count }

    /// Copies as many bytes as there is room for, and returns how many.
    func fill(_ bytes: UnsafeRawBufferPointer) -> Int {
        let count = min(bytes.count, input.count - filled)
        UnsafeMutableRawBufferPointer(rebasing: input[filled...]).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        filled += count
        return count
    }

    /// Compresses on the queue, or right here when there is none.
    func start(on queue: DispatchQueue?) {
        isStarted = true
        guard let queue else { return compress() }
        queue.async { self.compress() }
    }

    private func compress() {
        let block = UnsafeRawBufferPointer(rebasing: input[..<filled])
        do throws(ArchiveError) {
            result = .success(try compressor.compress(block, into: output))
        } catch {
            result = .failure(error)
        }
        done.signal()
    }

    /// Waits for the frame and empties the slot; nil when there is nothing in it.
    func take() throws(ArchiveError) -> (frame: UnsafeRawBufferPointer, contentSize: Int)? {
        guard isStarted else { return nil }
        done.wait()
        isStarted = false
        defer { filled = 0 }
        return (UnsafeRawBufferPointer(rebasing: output[..<(try result.get())]), filled)
    }
}
