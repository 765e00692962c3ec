import CLinux
import CronSchedule
import Glibc

/// The ledger's files as the file system sees them.
struct LedgerFiles {
    /// What the first 100 bytes say before SQLite is asked.
    enum Condition: Hashable {
        case missing
        /// It looks like a ledger.
        case usable
        case damaged(reason: String)
    }

    let directory: String
    var path: String { directory + "/" + Ledger.fileName }
    /// Where a new ledger grows until it is whole.
    var newPath: String { path + ".new" }

    /// The files that belong to a database at `path`, itself first.
    static func members(of path: String) -> [String] { [path, path + "-wal", path + "-shm"] }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Reads the header (https://www.sqlite.org/fileformat2.html#the_database_header).
    func condition() throws(LedgerError) -> Condition {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw LedgerError(errno: errno, path: path) }
            // A log without its file must not be played into a new one.
            return Self.exists(path + "-wal") ? .damaged(reason: "its main file is gone, only its write-ahead log is left") : .missing
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw LedgerError(errno: errno, path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .inputOutput(path: path, reason: "it is not a regular file") }
        guard status.st_size > 0 else { return .damaged(reason: "the file is empty") }
        var header = [UInt8](repeating: 0, count: 100)
        let count = pread(file, &header, header.count, 0)
        guard count >= 0 else { throw LedgerError(errno: errno, path: path) }
        return Self.judge(header: Array(header.prefix(count)))
    }

    private static func judge(header: [UInt8]) -> Condition {
        guard header.count == 100 else { return .damaged(reason: "the file ends inside its header") }
        guard header.starts(with: Array("SQLite format 3\u{0}".utf8)) else { return .damaged(reason: "it is not an SQLite database") }
        let id = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard id == UInt32(LedgerSchema.applicationID) else {
            return .damaged(reason: "it is the database of another program")
        }
        return .usable
    }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Creates an empty file that only its owner may read, for SQLite to fill.
    static func createEmpty(_ path: String) throws(LedgerError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw errno == ENOENT ? .noDirectory(path: folder(of: path)) : LedgerError(errno: errno, path: path) }
        close(file)
    }

    /// Removes what an interrupted start left at `path`.
    static func remove(_ path: String) throws(LedgerError) {
        for member in members(of: path) where unlink(member) != 0 && errno != ENOENT {
            throw LedgerError(errno: errno, path: member)
        }
    }

    /// Moves `from` to `to`, never over a file that is there, and makes both names durable.
    /// - Returns: false when `to` is taken.
    static func moveIfFree(_ from: String, to: String) throws(LedgerError) -> Bool {
        if linux_renameat2(AT_FDCWD, from, AT_FDCWD, to, LINUX_RENAME_NOREPLACE) == 0 { return true }
        switch errno {
        case EEXIST: return false
        case EINVAL, ENOSYS: break
        default: throw LedgerError(errno: errno, path: from)
        }
        // A file system without that flag; the lock of the state directory keeps others away.
        guard !exists(to) else { return false }
        guard rename(from, to) == 0 else { throw LedgerError(errno: errno, path: from) }
        return true
    }

    /// Makes what a file holds, or the names in a folder, durable.
    static func synchronize(_ path: String) throws(LedgerError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw LedgerError(errno: errno, path: path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw LedgerError(errno: errno, path: path) }
    }

    /// Moves the ledger and what belongs to it to `ledger.sqlite.damaged-TIME`, with a number when that name is taken.
    /// - Returns: the new path.
    func setAside(now: Instant) throws(LedgerError) -> String {
        let stamp = now.description.filter { $0 != "-" && $0 != ":" }
        for number in 1...Self.setAsideBound {
            let target = path + ".damaged-" + stamp + (number == 1 ? "" : "-\(number)")
            guard !Self.members(of: target).contains(where: Self.exists) else { continue }
            // The main file goes first: a log left alone is recognised by the next start, a file without its log is not.
            var isTaken = false
            for (from, to) in zip(Self.members(of: path), Self.members(of: target)) where Self.exists(from) {
                isTaken = try !Self.moveIfFree(from, to: to) || isTaken
            }
            guard !isTaken else { continue }
            try forgetDistrust()
            try Self.synchronize(directory)
            return target
        }
        throw .inputOutput(path: path, reason: "\(Self.setAsideBound) damaged ledgers of this second lie beside it already")
    }

    /// Names that are tried for a damaged ledger.
    static let setAsideBound = 1000
}
