import Glibc

/// An open log file.
final class LogFile {
    let status: stat
    private let descriptor: Int32

    /// Why a file cannot be read.
    struct Failure: Error, Sendable, Hashable {
        let reason: String
    }

    init(path: String) throws(Failure) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            let code = errno
            let fix = code == EACCES ? "; let this user read it, for example through the group adm" : ""
            throw Failure(reason: "\(path) cannot be read: \(String(cString: strerror(code)))\(fix)")
        }
        var found = stat()
        let isPlain = fstat(descriptor, &found) == 0 && found.st_mode & S_IFMT == S_IFREG
        status = found
        guard isPlain else { throw Failure(reason: "\(path) is no plain file") }
    }

    deinit { close(descriptor) }

    var size: Int64 { Int64(status.st_size) }
    var head: [UInt8] { bytes(from: 0, count: LogPlace.headBound) }

    /// As many bytes as there are, at most `count`; fewer also where the disk gives no more.
    func bytes(from offset: Int64, count: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: max(0, min(count, Int(clamping: size - offset))))
        var filled = 0
        while filled < result.count {
            let got = result.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled, off_t(offset) + filled)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            filled += got
        }
        return Array(result[..<filled])
    }
}
