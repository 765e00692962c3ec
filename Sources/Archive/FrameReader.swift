import Dispatch
import Glibc
import Processes
import Synchronization

/// Reads a compressed stream, and once much of it was taken does so ahead, on a thread of its own: decompressing and what is done with the content take
/// about as long. Not for use from two threads.
package final class FrameReader {
    /// Content bytes after which it is worth a thread.
    private static let patience: Int64 = 4 << 20

    private let reader: ZstdReader
    private var pump: Pump?
    private var isAlone = false
    private var pumpedStarts: [(offset: Int64, content: Int64)] = []
    /// What of the pump's oldest piece was not taken yet.
    private var rest: UnsafeRawBufferPointer?
    private var hasEnded = false

    package init(_ reader: ZstdReader) {
        self.reader = reader
    }

    deinit { pump?.stop() }

    /// Where frames begin, as ``ZstdReader/frameStarts``.
    package var frameStarts: [(offset: Int64, content: Int64)] { pump == nil ? reader.frameStarts : pumpedStarts }

    /// Fills the buffer with the next bytes of content.
    /// - Returns: fewer than there is room for only where the content ends.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard let pump else {
            let count = try reader.read(into: buffer)
            if reader.contentRead >= Self.patience, !isAlone { startPump() }
            return count
        }
        var done = 0
        while done < buffer.count, !hasEnded {
            guard let piece = rest, !piece.isEmpty else {
                try takeNext(from: pump)
                continue
            }
            let count = min(piece.count, buffer.count - done)
            UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).copyMemory(from: UnsafeRawBufferPointer(rebasing: piece[..<count]))
            rest = UnsafeRawBufferPointer(rebasing: piece[count...])
            done += count
        }
        return done
    }

    private func startPump() {
        pumpedStarts = reader.frameStarts
        pump = Pump(reader)
        isAlone = pump == nil
    }

    private func takeNext(from pump: Pump) throws(ArchiveError) {
        if rest != nil { pump.giveBack() }
        rest = nil
        let piece = try pump.take()
        pumpedStarts += piece.starts
        rest = piece.bytes
        hasEnded = piece.bytes.isEmpty
    }
}

/// The thread, and a few pieces of content on their way from it.
///
/// `@unchecked Sendable`: a piece belongs to the thread until it is signalled as filled, and to the taker until it is given back; the reader belongs to the
/// thread from the start on.
private final class Pump: @unchecked Sendable {
    private static let pieceSize = 256 << 10
    private static let pieceCount = 4

    private final class Piece {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 4096)
        var result: Result<Int, ArchiveError> = .success(0)
        var starts: [(offset: Int64, content: Int64)] = []

        deinit { memory.deallocate() }
    }

    private let reader: ZstdReader
    /// The list itself never changes: two threads look into it.
    private let pieces = (0..<pieceCount).map { _ in Piece() }
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)
    private var next = 0

    /// Nil when no thread can be had.
    init?(_ reader: ZstdReader) {
        self.reader = reader
        // Not in the semaphore's beginning: one that goes away with less than it began with ends the process.
        for _ in pieces { free.signal() }
        // Not a shared one: whoever restores may have given up rights for itself and all that it starts.
        guard OwnThread.start({ self.run() }) else { return nil }
    }

    /// The next piece, which is to be given back; one without bytes at the end.
    func take() throws(ArchiveError) -> (bytes: UnsafeRawBufferPointer, starts: [(offset: Int64, content: Int64)]) {
        filled.wait()
        let piece = pieces[next % pieces.count]
        let count: Int
        do throws(ArchiveError) {
            count = try piece.result.get()
        } catch {
            // Whoever asks again is told again.
            filled.signal()
            throw error
        }
        return (UnsafeRawBufferPointer(rebasing: piece.memory[..<count]), piece.starts)
    }

    func giveBack() {
        next += 1
        free.signal()
    }

    /// Ends the thread and waits for it.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        free.signal()
        ended.wait()
    }

    private func run() {
        defer { ended.signal() }
        var known = reader.frameStarts.count
        var index = 0
        while true {
            free.wait()
            if isStopped.load(ordering: .acquiring) { return }
            let piece = pieces[index]
            let result = Result { () throws(ArchiveError) in try reader.read(into: piece.memory) }
            piece.result = result
            piece.starts = Array(reader.frameStarts[known...])
            known = reader.frameStarts.count
            filled.signal()
            guard case .success(let count) = result, count > 0 else { return }
            index = (index + 1) % pieces.count
        }
    }
}
