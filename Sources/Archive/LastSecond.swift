/// Times within the last second before 1970, such as -0.25 s: libarchive writes whole seconds and their fraction one behind the other, and has no
/// zero with a sign.
///
/// The member gets the time -1.25 s, and its header is mended on the way to the sink: both are of one length.
enum LastSecond {
    private static let block = 512
    /// Where a header of tar has the size and the type of what follows.
    private static let (size, type) = (124..<135, 156)

    /// Whether a time is one.
    static func holds(_ time: (seconds: Int64, nanoseconds: UInt32)) -> Bool { time.seconds == -1 && time.nanoseconds > 0 }

    /// Turns `mtime=-1.25` of the pax header, which comes first, into `mtime=-0.25`. A header of another form stays as it is.
    static func mend(_ header: inout [UInt8]) {
        guard header.count > block, header[type] == UInt8(ascii: "x"), let length = Int(text(header[size]), radix: 8) else { return }
        var start = block
        let end = min(header.count, block + length)
        // Each record is `LENGTH KEY=VALUE` and a line end; its length counts all of it.
        while start < end {
            guard let space = header[start..<end].firstIndex(of: UInt8(ascii: " ")), let count = Int(text(header[start..<space])),
                count > space - start, count <= end - start
            else { return }
            let record = header[space + 1..<start + count]
            if record.starts(with: "mtime=-1.".utf8) { return header[record.startIndex + "mtime=-".utf8.count] = UInt8(ascii: "0") }
            start += count
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.filter { $0 != 0 && $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
}
