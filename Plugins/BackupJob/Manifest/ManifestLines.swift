import Archive
import Dispatch
import Synchronization

/// Renders and compresses the lines of a listing beside the thread that walks the tree: of an increment both take about as long.
///
/// Errors come with a later call, at the latest with ``finish()``. Not for use from two threads.
///
/// `@unchecked Sendable`: the compressor is the queue's while anything is on it; the caller uses it only after it has waited for the queue.
final class ManifestLines: @unchecked Sendable {
    /// Entries that are handed over at a time, and how often that may be before the caller waits: both bound the memory.
    private static let batchSize = 256
    private static let maximumBatches = 8

    private let compressor: ZstdFrameWriter
    private let queue = DispatchQueue(label: "manifest lines")
    private let room = DispatchSemaphore(value: 0)
    private let failure = Mutex<ArchiveError?>(nil)
    private var batch: [ManifestEntry] = []

    /// - Parameter output: takes the compressed bytes.
    init(output: @escaping ZstdFrameWriter.Output) throws(ArchiveError) {
        compressor = try ZstdFrameWriter(level: 3, threads: 1, output: output)
        // Not in the semaphore's beginning: one that goes away with less than it began with ends the process.
        for _ in 0..<Self.maximumBatches { room.signal() }
    }

    /// Takes an entry that is as it is to be written.
    func add(_ entry: ManifestEntry) throws(ArchiveError) {
        batch.append(entry)
        if batch.count >= Self.batchSize { try send() }
    }

    /// Writes lines behind all that was added.
    func write(_ lines: [JSONLine]) throws(ArchiveError) {
        try wait()
        for line in lines { try compress(line.line) }
    }

    /// Ends the listing.
    func finish() throws(ArchiveError) {
        try wait()
        try compressor.finish()
    }

    /// Returns when the queue has written all that it was given.
    func settle() { queue.sync {} }

    private func send() throws(ArchiveError) {
        if let error = failure.withLock(\.self) { throw error }
        guard !batch.isEmpty else { return }
        room.wait()
        queue.async { [self, batch] in
            render(batch)
            room.signal()
        }
        // A new one: the queue has the old one.
        batch = []
        batch.reserveCapacity(Self.batchSize)
    }

    private func wait() throws(ArchiveError) {
        try send()
        settle()
        if let error = failure.withLock(\.self) { throw error }
    }

    private func render(_ entries: [ManifestEntry]) {
        guard failure.withLock({ $0 == nil }) else { return }
        do throws(ArchiveError) {
            for entry in entries { try compress(entry.line) }
        } catch {
            failure.withLock { $0 = error }
        }
    }

    private func compress(_ line: [UInt8]) throws(ArchiveError) {
        let result = line.withUnsafeBytes { bytes in Result { () throws(ArchiveError) in try compressor.write(bytes) } }
        try result.get()
    }
}
