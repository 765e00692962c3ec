import Glibc

/// Word beside a ledger that opens, but was found damaged while it was in use: the next opening for writing sets it aside.
extension LedgerFiles {
    var distrustPath: String { path + ".distrusted" }

    /// Bytes of the reason that are kept.
    static let reasonBound = 1024

    /// Leaves the word, durable; the first reason stays.
    func distrust(because reason: String) throws(LedgerError) {
        let file = open(distrustPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            guard errno == EEXIST else { throw LedgerError(errno: errno, path: distrustPath) }
            return
        }
        defer { close(file) }
        // A reason that does not fit on the disk leaves an empty file, which says enough.
        let bytes = Array(reason.utf8.prefix(Self.reasonBound))
        guard write(file, bytes, bytes.count) >= 0, fsync(file) == 0 else { throw LedgerError(errno: errno, path: distrustPath) }
        try Self.synchronize(directory)
    }

    /// Why the ledger is not to be trusted; nil when nobody left word.
    func reasonForDistrust() throws(LedgerError) -> String? {
        let file = open(distrustPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            guard errno == ENOENT else { throw LedgerError(errno: errno, path: distrustPath) }
            return nil
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.reasonBound)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw LedgerError(errno: errno, path: distrustPath) }
        return count == 0 ? "it was found damaged while it was in use" : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Takes the word back: the ledger that it was about is not there any more.
    func forgetDistrust() throws(LedgerError) {
        // A file system that cannot be written refuses also to remove what is not there.
        guard Self.exists(distrustPath) else { return }
        guard unlink(distrustPath) == 0 || errno == ENOENT else { throw LedgerError(errno: errno, path: distrustPath) }
    }
}
