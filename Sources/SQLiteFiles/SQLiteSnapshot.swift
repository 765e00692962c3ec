import Glibc

/// A consistent copy of a database that may be in use.
package enum SQLiteSnapshot {
    /// Copies the database with all committed changes into one file (`VACUUM INTO`).
    ///
    /// The source is opened for reading only. A database in WAL mode without a `-wal` file is not open anywhere: it is read without
    /// locks, so that no file appears beside it, and the caller compares its status before and after.
    /// - Parameters:
    ///   - path: absolute, without links.
    ///   - held: an open descriptor of the file that is meant; must stay open, since closing it ends SQLite's locks.
    ///   - destination: absolute; the file is not there, or empty.
    ///   - isIdle: whether no other program has the database open.
    ///   - shouldStop: asked now and then.
    package static func take(
        of path: [UInt8], held: Int32, into destination: [UInt8], isIdle: Bool, shouldStop: @escaping () -> Bool
    ) throws(SQLiteError) {
        let before = descriptors(of: held)
        let connection = try SQLiteConnection(path: path, isImmutable: isIdle, shouldStop: shouldStop)
        try connection.run("SELECT count(*) FROM sqlite_master", as: "read it")
        // SQLite opens by path. What it opened is what we hold, or the copy is not made.
        guard !descriptors(of: held).subtracting(before).isEmpty else { throw .replaced }
        try connection.run("VACUUM INTO ?1", binding: destination, as: "copy it")
    }

    /// Reads a whole copy and checks its structure and its indexes.
    /// - Returns: nil when all is well, or the first complaint.
    package static func complaint(about path: [UInt8], shouldStop: @escaping () -> Bool) throws(SQLiteError) -> String? {
        let connection = try SQLiteConnection(path: path, isImmutable: true, shouldStop: shouldStop)
        let answer = try connection.run("PRAGMA integrity_check(1)", as: "check it")
        return answer == "ok" ? nil : answer ?? "the check gave no answer"
    }

    /// Open descriptors of this process that stand for the same file.
    private static func descriptors(of held: Int32) -> Set<Int32> {
        var wanted = stat()
        guard fstat(held, &wanted) == 0, let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var found: Set<Int32> = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            var other = stat()
            guard let number = Int32(name), fstat(number, &other) == 0 else { continue }
            if other.st_dev == wanted.st_dev, other.st_ino == wanted.st_ino { found.insert(number) }
        }
        return found
    }
}
