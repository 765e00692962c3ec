import Glibc

/// Replaces a file that only its owner may read, in one step.
enum PrivateFile {
    /// Writes beside `path` and renames; whoever reads sees the old bytes or the new ones.
    static func replace(_ path: String, with bytes: [UInt8]) throws(FileRefusal) {
        let temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, errno) }
        let code = write(bytes, to: descriptor)
        close(descriptor)
        guard code == 0, rename(temporary, path) == 0 else {
            let reason = code == 0 ? errno : code
            unlink(temporary)
            throw failure(path, reason)
        }
    }

    /// - Returns: 0, else the error's number.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            done += count
        }
        return 0
    }

    private static func failure(_ path: String, _ code: Int32) -> FileRefusal {
        FileRefusal(
            problem: "it cannot be written: \(String(cString: strerror(code)))", fix: "let the daemon's user write its state folder")
    }
}
