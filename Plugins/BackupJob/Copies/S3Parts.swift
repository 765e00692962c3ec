import Archive

/// How a file is cut for S3, and the tags that a server gives its parts and the whole.
///
/// The cut follows from the size alone, so that a later run finds the parts of an earlier one.
struct S3Parts {
    private static let smallest: Int64 = 8 << 20
    /// A server takes 10,000.
    private static let most: Int64 = 9_000

    private let size: Int64
    private let part: Int64

    init(of size: Int64) {
        self.size = size
        let needed = (size + Self.most - 1) / Self.most
        part = max(Self.smallest, ((needed + (1 << 20) - 1) >> 20) << 20)
    }

    var count: Int { Int(max(1, (size + part - 1) / part)) }

    var ranges: [Range<Int64>] {
        (0..<Int64(count)).map { number in number * part..<min(size, (number + 1) * part) }
    }

    /// The tag of a file as it lies here, if a server makes it from MD5 as Amazon does.
    func etag(of file: CopySource) throws(CopyError) -> String {
        guard count > 1 else { return "\"\(Self.text(MD5Digest.of(try file.bytes(0..<size))))\"" }
        var tags = Tags()
        for range in ranges { _ = tags.add(try file.bytes(range)) }
        return tags.whole
    }

    /// Hexadecimal digits.
    static func text(_ digest: [UInt8]) -> String {
        digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The tags of parts, and of what is joined from them. MD5 finds what was damaged on the way; against forgery stands the signature.
    struct Tags {
        private var joined: [UInt8] = []
        private var count = 0

        /// Takes the next part.
        /// - Returns: its tag without quotes.
        mutating func add(_ content: [UInt8]) -> String {
            let digest = MD5Digest.of(content)
            joined += digest
            count += 1
            return S3Parts.text(digest)
        }

        var whole: String { "\"\(S3Parts.text(MD5Digest.of(joined)))-\(count)\"" }
    }
}
