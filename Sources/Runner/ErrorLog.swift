import Glibc

/// Reads the lines of a run's stderr.log from any offset, also while they are being written.
package struct ErrorLog: Sendable {
    /// One line that a worker wrote to its standard error.
    package struct Line: Sendable, Equatable {
        /// When the launcher read it, in ISO 8601 with milliseconds; empty when the line has no stamp.
        package let stamp: String
        /// The line as it came.
        package let text: String

        package init(stamp: String, text: String) {
            self.stamp = stamp
            self.text = text
        }
    }

    /// The length of a stamp, see format_time in the launcher.
    private static let stampLength = 24
    private static let blockSize = 256 * 1024

    /// The offset of the first line not read yet.
    package private(set) var offset: Int
    private let path: String
    private var file: Descriptor?

    init(path: String, offset: Int = 0) {
        self.path = path
        self.offset = offset
    }

    /// The next lines that are there, at most `limit`; empty when there is no whole line now.
    package mutating func read(limit: Int = 1000) throws(RunnerError) -> [Line] {
        guard let file = try opened() else { return [] }
        let block = try file.block(at: offset, atMost: Self.blockSize, path: path)
        var lines: [Line] = []
        var start = 0
        while lines.count < limit, let end = block[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(Self.line(block[start..<end]))
            start = end + 1
        }
        if lines.isEmpty, block.count == Self.blockSize {
            // The launcher writes no line as long as a block: others have touched the file.
            lines = [Line(stamp: "", text: String(decoding: block, as: UTF8.self))]
            start = block.count
        }
        offset += start
        return lines
    }

    /// The file appears with the first attempt: nil until then.
    private mutating func opened() throws(RunnerError) -> Descriptor? {
        if let file { return file }
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if number < 0 && errno == ENOENT { return nil }
        guard number >= 0 else { throw .last("open", path, fix: "run as the user who owns the state directory") }
        let opened = Descriptor(number)
        file = opened
        return opened
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> Line {
        let stamp = bytes.prefix(stampLength)
        let rest = bytes.dropFirst(stampLength)
        guard stamp.last == UInt8(ascii: "Z"), rest.first == UInt8(ascii: " ") else {
            return Line(stamp: "", text: String(decoding: bytes, as: UTF8.self))
        }
        return Line(stamp: String(decoding: stamp, as: UTF8.self), text: String(decoding: rest.dropFirst(), as: UTF8.self))
    }
}

extension Runner {
    /// The standard error of a run so far, from an offset on.
    package func errors(of run: String, from offset: Int = 0) throws(RunnerError) -> ErrorLog {
        ErrorLog(path: try RunFolder(run: run, in: settings).errors, offset: offset)
    }
}
