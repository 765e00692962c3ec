import CLinux
import Glibc

/// What the ledger takes of the disk.
struct LedgerSize: Sendable, Hashable {
    /// Its file.
    let file: Int64
    /// Rows that are not in there yet.
    let log: Int64

    init(path: String) {
        file = Self.size(of: path)
        log = Self.size(of: path + "-wal")
    }

    /// Bytes of a file; 0 for one that is not there.
    private static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
