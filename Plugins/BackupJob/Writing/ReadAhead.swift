import Dispatch
import FileTree
import Glibc
import Synchronization

/// Asks the kernel for the files that a walk comes to next, by a second walk on a thread of its own, where they have to come from a disk.
///
/// A run reads one file after the other, so a disk would wait for the run and the run for the disk. Nothing is read here, and files are opened
/// as the run opens them. Trees that are in memory already get no second walk.
final class ReadAhead: Sendable {
    /// Entries that the second walk is in front at most; with the bytes a file that bounds the memory that is filled too early.
    private static let entries = 64
    /// Of larger files the kernel reads on by itself.
    private static let bytesOfFile: Int64 = 1 << 20
    /// Whether the disk is used is looked at, and the second walk told of the first one's way, once in so many entries.
    private static let interval = 16
    /// Blocks of 512 bytes that the run has to wait for within an interval, a page for each fourth entry, and in how many intervals in a row: a file
    /// system reads some of its own for what is written, many at once and then none.
    private static let manyBlocks = interval / 4 * 8
    private static let manyIntervals = 4
    /// RUSAGE_THREAD, see getrusage(2).
    private static let thisThread = __rusage_who_t(1)

    private let root: PathBytes
    private let options: WalkOptions
    private let walked = Atomic(0)
    private let isStarted = Atomic(false)
    private let isEnding = Atomic(false)
    private let news = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let blocks: Atomic<Int>
    private let slowIntervals = Atomic(0)

    /// Made on the thread that reads.
    init(root: PathBytes, options: WalkOptions) {
        self.root = root
        self.options = options
        blocks = Atomic(Self.blocksRead())
    }

    /// Whether the second walk was needed.
    var isWalking: Bool { isStarted.load(ordering: .relaxed) }

    /// The run has come to one more entry.
    func noteEntry() {
        let count = walked.add(1, ordering: .relaxed).newValue
        guard count % Self.interval == 0 else { return }
        if isWalking {
            news.signal()
            return
        }
        let now = Self.blocksRead()
        guard now - blocks.exchange(now, ordering: .relaxed) >= Self.manyBlocks else {
            slowIntervals.store(0, ordering: .relaxed)
            return
        }
        if slowIntervals.add(1, ordering: .relaxed).newValue >= Self.manyIntervals {
            isStarted.store(true, ordering: .relaxed)
            DispatchQueue(label: "backup-ahead").async { [self] in
                walk()
                ended.signal()
            }
        }
    }

    /// Returns when nothing of the tree is open here any more.
    func end() {
        guard isWalking else { return }
        isEnding.store(true, ordering: .relaxed)
        news.signal()
        ended.wait()
    }

    /// Blocks that this thread had to wait for.
    private static func blocksRead() -> Int {
        var usage = rusage()
        return getrusage(thisThread, &usage) == 0 ? usage.ru_inblock : 0
    }

    private func walk() {
        // What cannot be looked at is the run's to tell.
        guard case .success(var walk) = Result(catching: { () throws(FileTreeError) in try TreeWalk(root: root, options: options) }) else {
            return
        }
        var seen = 0
        while let event = walk.next() {
            seen += 1
            while seen > walked.load(ordering: .relaxed) + Self.entries, !isEnding.load(ordering: .relaxed) { news.wait() }
            if isEnding.load(ordering: .relaxed) { return }
            guard case .entry(let entry) = event, entry.status.type == .regular, seen > walked.load(ordering: .relaxed) else { continue }
            ask(for: entry)
        }
    }

    private func ask(for entry: TreeEntry) {
        guard entry.status.size > 0, case .success(let file) = Result(catching: { () throws(FileTreeError) in try entry.openContent() })
        else { return }
        posix_fadvise(file.number, 0, off_t(min(entry.status.size, Self.bytesOfFile)), POSIX_FADV_WILLNEED)
    }
}
