import GRDB
import Glibc

extension LedgerError {
    /// Turns what GRDB throws into our error.
    ///
    /// Only SQLITE_CORRUPT, SQLITE_NOTADB and SQLITE_FORMAT speak of damage. Every other code says something about the
    /// machine (room, rights, locks, disks), for which no ledger may be set aside.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = error as? LedgerError ?? .inputOutput(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? error.description
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: self = .damaged(path: path, reason: reason)
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .locked(path: path)
        case .SQLITE_READONLY: self = .readOnly(path: path)
        case .SQLITE_PERM, .SQLITE_AUTH: self = .notPermitted(path: path)
        case .SQLITE_MISUSE: self = .closed(path: path)
        case .SQLITE_CANTOPEN: self = Self.cannotOpen(path: path, reason: reason)
        default: self = Self.hasRoom(path) ? .inputOutput(path: path, reason: reason) : .diskFull(path: path)
        }
    }

    /// SQLITE_CANTOPEN has many causes and names none: look at what stands in the way.
    private static func cannotOpen(path: String, reason: String) -> LedgerError {
        let folder = LedgerFiles.folder(of: path)
        for place in [folder, path, path + "-wal", path + "-shm"] where place == folder || access(place, F_OK) == 0 {
            guard access(place, R_OK) == 0 else { return .notPermitted(path: place) }
            guard access(place, W_OK) == 0 else { return errno == EACCES ? .notPermitted(path: place) : .readOnly(path: place) }
        }
        return hasRoom(path) ? .inputOutput(path: path, reason: reason) : .diskFull(path: path)
    }

    /// SQLite reports a full disk as an I/O error where it grows the shared memory file or syncs.
    private static func hasRoom(_ path: String) -> Bool {
        var figures = statvfs()
        guard statvfs(LedgerFiles.folder(of: path), &figures) == 0 else { return true }
        return figures.f_bavail > 0 && (figures.f_favail > 0 || figures.f_files == 0)
    }

    /// What a failed call of the C library says about `path`.
    init(errno code: Int32, path: String) {
        switch code {
        case ENOENT: self = .missing(path: path)
        case ENOSPC, EDQUOT: self = .diskFull(path: path)
        case EROFS: self = .readOnly(path: path)
        case EACCES, EPERM: self = .notPermitted(path: path)
        default: self = .inputOutput(path: path, reason: String(cString: strerror(code)))
        }
    }
}
