import Glibc

/// Standard input, standard output and standard error of the cron verbs, without buffers of the C library.
struct CronOutput {
    /// Writes text to standard output.
    func write(_ text: String) { send(Array(text.utf8), to: STDOUT_FILENO) }

    /// Writes text to standard error.
    func complain(_ text: String) { send(Array(text.utf8), to: STDERR_FILENO) }

    /// Writes all bytes; false when the reader is gone or the disk is full.
    /// - Parameter countsLoss: whether bytes that standard output does not take make the program fail at its end.
    @discardableResult
    func send(_ bytes: [UInt8], to file: Int32 = STDOUT_FILENO, countsLoss: Bool = true) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                if countsLoss, file == STDOUT_FILENO { OutputLoss.note(count < 0 ? errno : EIO) }
                return false
            }
            sent += count
        }
        return true
    }

    /// Up to `limit` further bytes of standard input; empty at its end, nil when it cannot be read.
    func receive(atMost limit: Int) -> [UInt8]? {
        while true {
            var failed = false
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
                let count = Glibc.read(STDIN_FILENO, buffer.baseAddress, limit)
                failed = count < 0
                filled = max(count, 0)
            }
            if !failed { return bytes }
            guard errno == EINTR else { return nil }
        }
    }
}
