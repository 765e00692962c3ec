import Glibc

/// A database and what lies beside it, at one moment.
struct DatabaseFiles: Sendable, Hashable {
    /// What tells of a change of one file.
    struct Mark: Sendable, Hashable {
        let identity: DatabaseRecord.Identity
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            identity = DatabaseRecord.Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    let database: Mark
    let log: Mark?
    let hasSharedMemory: Bool

    /// nil when the database itself is gone meanwhile.
    init?(path: String) {
        // A program that opens it makes the log first, one that closes it takes the shared memory away first.
        hasSharedMemory = Self.status(of: path + "-shm") != nil
        log = Self.status(of: path + "-wal").map(Mark.init)
        guard let status = Self.status(of: path) else { return nil }
        database = Mark(status)
    }

    static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    /// How a database that keeps a write-ahead log stands.
    enum Standing: Sendable, Hashable {
        /// No program has it open, and its log holds nothing.
        case idle
        /// A program has it open, or the last one was killed.
        case open
        /// It is open, but its log was taken away.
        case logLost
        /// There is a log, but nobody has it open.
        case logLeft
    }

    var standing: Standing {
        switch (log, hasSharedMemory) {
        case (nil, false): .idle
        case (let log?, false): log.size == 0 ? .idle : .logLeft
        case (nil, true): .logLost
        case (.some, true): .open
        }
    }
}
