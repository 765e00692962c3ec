/// An upper bound for how deep a YAML text nests and how often it repeats itself, found without parsing it.
///
/// The parser recurses once a level and copies what an alias names, so both must be known before it runs.
struct NestingEstimate {
    /// No text with this estimate can exhaust an ordinary stack.
    static let shallow = 100
    /// Text beyond this is not parsed at all.
    static let deepest = 10_000
    /// Aliases (`*name`) in one file.
    static let mostAliases = 32

    private(set) var levels = 0
    private(set) var aliases = 0

    init(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            levels = Self.levels(in: bytes)
            aliases = Self.aliases(in: bytes)
        }
    }

    /// Each flow level needs a bracket of its own. Each block level needs a column of its own, at which some line has its
    /// first token or one behind the dashes and question marks that begin it; a list may share the column of its key.
    private static func levels(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var brackets = 0
        var columns = Set<Int>()
        var lowColumns: UInt64 = 0
        var column = 0
        var inPrefix = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x85, 0xA8, 0xA9:
                // The last three end the longer line breaks of Unicode; elsewhere they only raise the estimate.
                column = 0
                inPrefix = true
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            default: break
            }
            if inPrefix, byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
                if column < 64 { lowColumns |= 1 << UInt64(column) } else { columns.insert(column) }
                inPrefix = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: ":")
            }
            column += 1
        }
        return brackets + 2 * (lowColumns.nonzeroBitCount + columns.count)
    }

    /// Counts `*name` for each `&name`; what stands in quotes counts too.
    private static func aliases(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard bytes.contains(UInt8(ascii: "&")) else { return 0 }
        let anchors = Set(names(after: UInt8(ascii: "&"), in: bytes))
        return names(after: UInt8(ascii: "*"), in: bytes).count { anchors.contains($0) }
    }

    private static func names(after mark: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> [String] {
        bytes.indices.filter { bytes[$0] == mark }.map { index in
            String(decoding: bytes[(index + 1)...].prefix(64).prefix { !isEndOfName($0) }, as: UTF8.self)
        }
    }

    private static func isEndOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            false
        default: true
        }
    }
}
