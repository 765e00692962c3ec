import Glibc

/// The worker's standard input, read whole: a request is one line, settings to check are one line a job.
enum StandardInput {
    /// Bytes that are read at the most: settings of 10,000 jobs, amply.
    static let bound = 256 << 20

    /// - Returns: nil when reading failed or the input is larger than ``bound``.
    static func readLines() -> [[UInt8]]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += buffer[..<count]
            if bytes.count > bound { return nil }
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}
