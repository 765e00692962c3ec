import Glibc

/// A ledger where nothing can be written: SQLite cannot make the index of a write-ahead log there, and needs none for a ledger that was closed.
extension LedgerFiles {
    /// Whether nobody can change the ledger, and all of it is in its main file.
    var isImmutable: Bool {
        var figures = statvfs()
        guard statvfs(directory, &figures) == 0, figures.f_flag & UInt(ST_RDONLY) != 0 else { return false }
        var log = stat()
        return stat(path + "-wal", &log) != 0 || log.st_size == 0
    }

    /// The file as an address that tells SQLite so (https://www.sqlite.org/uri.html).
    var immutableAddress: String {
        let escaped = path.utf8.map { byte in
            "%?#".utf8.contains(byte) ? "%" + String(byte, radix: 16) : String(decoding: [byte], as: UTF8.self)
        }
        return "file:\(escaped.joined())?immutable=1"
    }
}
