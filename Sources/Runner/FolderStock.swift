import Glibc
import Synchronization

/// Empty run folders, made while nothing is due and each taken by a rename: when many runs are due together, making folders is what their
/// start would spend most of its time on.
final class FolderStock: Sendable {
    /// The most that are kept.
    static let bound = 256

    private struct Shelf {
        /// Names below ``path`` that are ready.
        var ready: [String] = []
        /// Nil until it has been looked at what an earlier daemon left.
        var next: Int?
    }

    /// `STATE/runs/.ready`; names that begin with a dot are no runs.
    let path: String
    private let shelf = Mutex(Shelf())
    /// Held by the one who fills; those who take do not wait for it.
    private let filling = Mutex(())

    init(stateDirectory: String) { path = stateDirectory + "/runs/.ready" }

    /// Makes folders until there are `count`, at most ``bound``.
    func fill(to count: Int) throws(RunnerError) {
        try filling.withLock { _ throws(RunnerError) in
            try Runner.makeFolder(path, mode: 0o700)
            try adopt()
            guard shelf.withLock({ $0.ready.count }) < min(count, Self.bound) else { return }
            // All that was done to the file system is written now: else the commit before the next starts would have to wait for it.
            defer { settle() }
            while shelf.withLock({ $0.ready.count }) < min(count, Self.bound) {
                let name = shelf.withLock { shelf in
                    let number = shelf.next ?? 0
                    shelf.next = number + 1
                    return "\(number)"
                }
                try complete(name)
            }
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
        guard let stream = opendir(path) else { throw .last("read", path, fix: "run as the user who owns the state directory") }
        defer { closedir(stream) }
        var last = -1
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard let number = Int(name) else { continue }
            last = max(last, number)
            try complete(name)
        }
        shelf.withLock { $0.next = last + 1 }
    }

    private func settle() {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private func complete(_ name: String) throws(RunnerError) {
        let folder = "\(path)/\(name)"
        try Runner.makeFolder(folder, mode: RunFolder.mode)
        try Runner.makeFolder(folder + "/tmp", mode: RunFolder.temporaryMode)
        _ = try Descriptor.open(
            folder + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW, mode: RunFolder.lockMode, fix: "check the rights and the free space of \(path)"
        )
        shelf.withLock { $0.ready.append(name) }
    }
}
