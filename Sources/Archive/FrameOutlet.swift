import Dispatch
import Synchronization

/// Takes frames to where they are written, one after the other, beside the caller where there are threads: hashing and writing them takes as long as
/// reading does.
///
/// `@unchecked Sendable`: the output is called by one queue only, or by the caller only when there is none.
final class FrameOutlet: @unchecked Sendable {
    private let output: ZstdFrameWriter.Output
    private let queue: DispatchQueue?
    private let failure = Mutex<ArchiveError?>(nil)

    init(isBeside: Bool, output: @escaping ZstdFrameWriter.Output) {
        self.output = output
        queue = isBeside ? DispatchQueue(label: "zstd output") : nil
    }

    /// Writes the frame of a slot, and gives the slot back when it is done.
    /// - Throws: also what went wrong with a frame before it.
    func write(_ slot: FrameSlot, _ size: Int) throws(ArchiveError) {
        guard let queue else {
            put(slot, size)
            return try check()
        }
        queue.async { self.put(slot, size) }
        try check()
    }

    /// Waits until all is written.
    func finish() throws(ArchiveError) {
        settle()
        try check()
    }

    /// Returns when nobody writes.
    func settle() { queue?.sync {} }

    private func check() throws(ArchiveError) {
        if let error = failure.withLock(\.self) { throw error }
    }

    private func put(_ slot: FrameSlot, _ size: Int) {
        defer { slot.giveBack() }
        guard failure.withLock({ $0 == nil }) else { return }
        do throws(ArchiveError) {
            try output(slot.frame(size))
        } catch {
            failure.withLock { $0 = error }
        }
    }
}
