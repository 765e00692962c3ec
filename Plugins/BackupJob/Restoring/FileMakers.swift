import Archive
import Dispatch
import FileTree
import Processes
import Synchronization

/// Threads that make small files while the next ones are read from the archive: of many small files, making them takes longer than all else.
///
/// Not for use from two threads. `Sendable`, since the threads share nothing but what is behind the lock.
final class FileMakers: Sendable {
    /// A file with all its content.
    struct File: Sendable {
        let path: PathBytes
        /// Its last part.
        let name: PathBytes
        let bytes: [UInt8]
        let metadata: EntryMetadata
    }

    /// Files of one folder, so that no two threads wait for the same folder.
    private struct Batch: Sendable {
        let folder: HeldDescriptor
        var files: [File] = []
        var bytes = 0
    }

    /// Larger files are written by the caller, piece by piece.
    static let largestFile: Int64 = 256 << 10
    /// Files and bytes of a batch, and how many batches may be on their way: all three bound the memory.
    private static let batchFiles = 512
    private static let batchBytes = 1 << 20
    private static let batches = 4
    private static let threads = 2

    private struct State {
        /// What the caller is about to hand over.
        var next: Batch?
        var waiting: [Batch] = []
        var failure: FileTreeError?
        var refused: [(path: PathBytes, attribute: PathBytes)] = []
        var running = 0
        var isEnding = false
    }

    private let keepsOwners: Bool
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter keepsOwners: whether what is made stays ours.
    init(keepsOwners: Bool) {
        self.keepsOwners = keepsOwners
        // Not in the semaphore's beginning: one that goes away with less than it began with ends the process.
        for _ in 0..<Self.batches { room.signal() }
        for _ in 0..<Self.threads where OwnThread.start({ self.work() }) { state.withLock { $0.running += 1 } }
    }

    /// Orders a file; it is there when ``wait()`` returns.
    /// - Throws: also what went wrong with one before it.
    func make(_ file: File, in folder: HeldDescriptor) throws(FileTreeError) {
        if state.withLock({ $0.next.map { $0.folder !== folder } ?? false }) { try send() }
        let isFull = state.withLock { state in
            // Taken out, so that nothing is copied.
            var batch = state.next.take() ?? Batch(folder: folder)
            batch.files.append(file)
            batch.bytes += file.bytes.count
            let isFull = batch.files.count >= Self.batchFiles || batch.bytes >= Self.batchBytes
            state.next = batch
            return isFull
        }
        if isFull { try send() }
    }

    /// Waits until all that was ordered is made.
    /// - Throws: what went wrong with any of it.
    func wait() throws(FileTreeError) {
        try send()
        for _ in 0..<Self.batches { room.wait() }
        for _ in 0..<Self.batches { room.signal() }
        if let failure = state.withLock(\.failure) { throw failure }
    }

    /// Attributes that could not be set, with their files.
    var refused: [(path: PathBytes, attribute: PathBytes)] { state.withLock(\.refused) }

    /// Ends the threads and waits for them; what they have not begun is dropped.
    func end() {
        let running = state.withLock { state in
            state.isEnding = true
            return state.running
        }
        for _ in 0..<running { news.signal() }
        for _ in 0..<running { ended.wait() }
    }

    private func send() throws(FileTreeError) {
        let (batch, failure, hasThreads) = state.withLock { state in
            defer { state.next = nil }
            return (state.next, state.failure, state.running > 0)
        }
        if let failure { throw failure }
        guard let batch else { return }
        guard hasThreads else { return try make(batch) }
        room.wait()
        state.withLock { $0.waiting.append(batch) }
        news.signal()
    }

    private func work() {
        defer { ended.signal() }
        while true {
            news.wait()
            let (batch, hasFailed) = state.withLock { state in
                (state.isEnding ? nil : state.waiting.removeFirst(), state.failure != nil)
            }
            guard let batch else { return }
            if !hasFailed {
                do throws(FileTreeError) {
                    try make(batch)
                } catch {
                    state.withLock { if $0.failure == nil { $0.failure = error } }
                }
            }
            room.signal()
        }
    }

    private func make(_ batch: Batch) throws(FileTreeError) {
        for file in batch.files {
            do throws(FileTreeError) {
                let held = try batch.folder.makeFile(file.name, file.metadata.permissions)
                let written = file.bytes.withUnsafeBytes { bytes in Result { () throws(FileTreeError) in try held.write(bytes, at: 0) } }
                try written.get()
                let refused = try file.metadata.apply(to: held, keepsOwner: keepsOwners)
                if !refused.isEmpty { state.withLock { $0.refused += refused.map { (file.path, $0) } } }
            } catch {
                throw error.at(file.path)
            }
        }
    }
}
