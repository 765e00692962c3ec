import Glibc

/// Reads what is new in a log file, through its rotations.
struct LogFileReader {
    let path: String
    /// Bytes that are read at once.
    let bound: Int

    /// What one look brought.
    struct Reading {
        var lines: [LogLine] = []
        var place: LogPlace
        /// What of the log nobody will see, and why.
        var gap: String?
        /// Bytes that wait for the next look.
        var behind: Int64 = 0
        var bytesRead = 0
    }

    /// - Parameter place: where the look before ended; nil begins at the end of what is there.
    func read(after place: LogPlace?) throws(LogFile.Failure) -> Reading {
        let current = try LogFile(path: path)
        guard let place else { return Reading(place: Self.end(of: current)) }
        if place.isOf(current.status) {
            if current.size >= place.offset, place.begins(as: current.head) { return read([(current, place.offset)]) }
            return read([(current, 0)], gap: "the file was emptied since the last look: what was written to it in between is not counted")
        }
        let rotated = RotatedFiles(path: path).parts(since: place, current: current)
        guard !rotated.isEmpty else {
            return read([(current, 0)], gap: "the file was replaced, and the former one is gone: the end of it is not counted")
        }
        if rotated.count == RotatedFiles.bound { return read(rotated, rest: max(1, current.size)) }
        return read(rotated + [(current, 0)])
    }

    /// Behind the last whole line.
    private static func end(of file: LogFile) -> LogPlace {
        let tailSize = min(file.size, Int64(LogLine.bound))
        let tail = file.bytes(from: file.size - tailSize, count: Int(tailSize))
        let unfinished = tail.lastIndex(of: UInt8(ascii: "\n")).map { tail.count - $0 - 1 } ?? 0
        return LogPlace(file.status, offset: file.size - Int64(unfinished), head: file.head)
    }

    /// Reads files one after the other, up to the bound.
    /// - Parameter rest: bytes, at least, of files that come after these.
    private func read(_ files: [RotatedFiles.Part], gap: String? = nil, rest: Int64 = 0) -> Reading {
        var reading = Reading(place: LogPlace(files[0].file.status, offset: files[0].offset, head: files[0].file.head), gap: gap)
        for (index, part) in files.enumerated() {
            let isLast = index == files.count - 1 && rest == 0
            guard reading.behind == 0 else {
                reading.behind += part.file.size - part.offset
                continue
            }
            let bytes = part.file.bytes(from: part.offset, count: bound - reading.bytesRead)
            let isWhole = part.offset + Int64(bytes.count) >= part.file.size
            let used = split(bytes, isFinal: isWhole && !isLast, into: &reading.lines)
            reading.bytesRead += used
            reading.place = LogPlace(part.file.status, offset: part.offset + Int64(used), head: part.file.head)
            if !isWhole { reading.behind = max(1, part.file.size - part.offset - Int64(used)) }
        }
        reading.behind += rest
        return reading
    }

    /// - Parameter isFinal: whether nothing will be added to what has no end yet.
    /// - Returns: the bytes of whole lines.
    private func split(_ bytes: [UInt8], isFinal: Bool, into lines: inout [LogLine]) -> Int {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(LogLine(bytes[start..<end]))
            start = end + 1
        }
        // A line that is longer than all that is read at once would hold up the rest for ever.
        guard start < bytes.count, isFinal || (start == 0 && bytes.count >= bound) else { return start }
        lines.append(LogLine(bytes[start...]))
        return bytes.count
    }
}
