import Glibc

/// Why a file could not be read.
struct ReadError: Error, CustomStringConvertible {
    let path: String
    /// The call's errno; 0 for a file that was read, and does not say what it should.
    let code: Int32
    let reason: String

    init(path: String, code: Int32) {
        self.path = path
        self.code = code
        reason = String(cString: strerror(code))
    }

    /// A file that was read, and does not say what it should.
    init(path: String, reason: String) {
        self.path = path
        code = 0
        self.reason = reason
    }

    var description: String { code == 0 ? "\(path) cannot be understood: \(reason)" : "\(path) cannot be read: \(reason)" }
    /// Whether there is no such file.
    var isAbsent: Bool { code == ENOENT || code == ENOTDIR }
}

/// Files of the kernel and other small ones, read whole.
enum SmallFile {
    /// Larger ones are refused.
    static let limit = 4 << 20

    static func text(_ path: String) throws(ReadError) -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// A FIFO in its place keeps nobody waiting for a writer.
    /// - Parameter flags: beside O_RDONLY, O_CLOEXEC and O_NONBLOCK.
    static func bytes(_ path: String, flags: Int32 = 0) throws(ReadError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
        guard descriptor >= 0 else { throw ReadError(path: path, code: errno) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ReadError(path: path, code: errno) }
            guard count > 0 else { return content }
            content += buffer[..<count]
            guard content.count <= limit else { throw ReadError(path: path, code: EFBIG) }
        }
    }
}

extension String {
    /// Without blanks and line ends around it.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        var part = self[...]
        while let first = part.first, isBlank(first) { part.removeFirst() }
        while let last = part.last, isBlank(last) { part.removeLast() }
        return String(part)
    }
}
