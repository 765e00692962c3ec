import Glibc
import Synchronization

/// Empty run folders, made while nothing is due and each taken by a rename: when many runs are due together, making folders is what their
/// start would spend most of its time on.
final class FolderStock: Sendable {
    private struct Shelf {
        /// Names below ``path`` that are ready.
        var ready: [String] = []
        /// Nil until it has been looked at what an earlier daemon left.
        var next: Int?
    }

    private static let fix = "check the rights and the free space of the state directory"

    /// `STATE/runs/.ready`; names that begin with a dot are no runs.
    let path: String
    private let shelf = Mutex(Shelf())
    /// Held by the one who fills; those who take do not wait for it.
    private let filling = Mutex(())

    init(stateDirectory: String) { path = stateDirectory + "/runs/.ready" }

    /// Makes folders until there are `count`.
    func fill(to count: Int) throws(RunnerError) {
        try filling.withLock { _ throws(RunnerError) in
            try Runner.makeFolder(path, mode: 0o700)
            try adopt()
            guard shelf.withLock({ $0.ready.count }) < count else { return }
            while shelf.withLock({ $0.ready.count }) < count {
                let name = shelf.withLock { shelf in
                    let number = shelf.next ?? 0
                    shelf.next = number + 1
                    return "\(number)"
                }
                try complete(name)
            }
            try settle()
        }
    }

    /// Makes a ready folder that of a run.
    /// - Returns: false when there is none, or it cannot be: the run's folder is there already.
    func take(as folder: RunFolder) -> Bool {
        guard let name = shelf.withLock({ $0.ready.popLast() }) else { return false }
        if rename("\(path)/\(name)", folder.path) == 0 { return true }
        // One that somebody took away is gone; the others can still be of use.
        if errno != ENOENT { shelf.withLock { $0.ready.append(name) } }
        return false
    }

    /// What an earlier daemon left, once; it may have died while it made one.
    private func adopt() throws(RunnerError) {
        guard shelf.withLock({ $0.next }) == nil else { return }
        var last = -1
        for number in try Runner.names(in: path).compactMap({ Int($0) }) {
            last = max(last, number)
            try complete("\(number)")
        }
        shelf.withLock { $0.next = last + 1 }
    }

    /// Writes what was done to the file system now: else the commit before the next starts would have to wait for it.
    private func settle() throws(RunnerError) {
        let folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY, fix: Self.fix)
        guard fsync(folder.number) == 0 else { throw .last("write", path, fix: Self.fix) }
    }

    private func complete(_ name: String) throws(RunnerError) {
        let folder = "\(path)/\(name)"
        try Runner.makeFolder(folder, mode: RunFolder.mode)
        try Runner.makeFolder(folder + "/tmp", mode: RunFolder.temporaryMode)
        _ = try Descriptor.open(
            folder + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW, mode: RunFolder.lockMode, fix: Self.fix)
        shelf.withLock { $0.ready.append(name) }
    }
}
