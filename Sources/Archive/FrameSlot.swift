import Dispatch

/// Room for one block and its frame, with a compressor of its own.
///
/// `@unchecked Sendable`: at any time either the writer holds the slot (filling, or asking for the frame), or one work item does that compresses, or one that
/// writes. Each hands it on by a semaphore, and that orders memory.
final class FrameSlot: @unchecked Sendable {
    private let compressor: FrameCompressor
    private let input: UnsafeMutableRawBufferPointer
    private let output: UnsafeMutableRawBufferPointer
    private let done = DispatchSemaphore(value: 0)
    private let written = DispatchSemaphore(value: 0)
    private var result: Result<Int, ArchiveError> = .success(0)
    private var isStarted = false
    private var isTaken = false
    /// Bytes of the block so far.
    private(set) var filled = 0

    init(frameSize: Int, level: Int) throws(ArchiveError) {
        compressor = try FrameCompressor(level: level)
        input = .allocate(byteCount: frameSize, alignment: 64)
        output = .allocate(byteCount: FrameCompressor.bound(frameSize), alignment: 64)
    }

    deinit {
        if isStarted { done.wait() }
        if isTaken { written.wait() }
        input.deallocate()
        output.deallocate()
    }

    var isFull: Bool { filled == input.count }

    /// Copies as many bytes as there is room for, and returns how many. Waits until the frame before is written.
    func fill(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isTaken {
            written.wait()
            isTaken = false
            filled = 0
        }
        let count = min(bytes.count, input.count - filled)
        UnsafeMutableRawBufferPointer(rebasing: input[filled...]).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        filled += count
        return count
    }

    /// Whether there is something in it that was not started yet.
    var isBegun: Bool { filled > 0 && !isStarted && !isTaken }

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

    /// Waits for the frame, which then is to be written and given back.
    /// - Returns: bytes of the frame and of its content; nil when there is nothing in it.
    func take() throws(ArchiveError) -> (size: Int, contentSize: Int)? {
        guard isStarted else { return nil }
        done.wait()
        isStarted = false
        let size = try result.get()
        isTaken = true
        return (size, filled)
    }

    /// The first bytes of the frame that was taken.
    func frame(_ size: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: output[..<size]) }

    /// Says that the frame that was taken is written.
    func giveBack() { written.signal() }
}
