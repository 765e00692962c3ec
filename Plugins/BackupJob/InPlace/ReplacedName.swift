import FileTree
import SQLiteFiles

/// The name under which a replaced tree is kept: `.acore-replaced-ULID-NAME`, where NAME is that of the source's folder, and for a part
/// of it the way to it with colons for slashes. What lay beside a database is kept beside it, with the same ending.
struct ReplacedName: Hashable {
    static let prefix = ".acore-replaced-"
    /// Bytes of NAME, at the most: a name has 255.
    private static let maximumTail = 200

    let bytes: PathBytes
    /// Whether it may be what lay beside a database, which is never a folder.
    var isBeside = false

    /// - Parameter way: from the source to the part; empty for the source itself.
    init(_ id: PointID, source: PathBytes, way: PathBytes) {
        let tail = way.components.reduce(source.bytes) { $0 + [UInt8(ascii: ":")] + $1.bytes }
        bytes = PathBytes(Array((Self.prefix + id.description + "-").utf8) + Self.cut(tail))
    }

    /// As much as a name has room for, in whole characters.
    private static func cut(_ tail: [UInt8]) -> [UInt8] {
        var part = tail.prefix(maximumTail)
        while part.count < tail.count, String(validating: part, as: UTF8.self) == nil { part.removeLast() }
        return Array(part)
    }

    /// Bytes in front of NAME and its dash.
    private static let head = prefix.utf8.count + 26

    /// Whether a name is that of a kept tree, of any source.
    static func isOne(_ name: PathBytes) -> Bool {
        name.bytes.starts(with: prefix.utf8) && name.bytes.count > head + 1 && name.bytes[head] == UInt8(ascii: "-")
            && PointID(String(decoding: name.bytes[prefix.utf8.count..<head], as: UTF8.self)) != nil
    }

    /// Reads the name of a tree that was kept for a source or a part of it; nil for any other name.
    init?(_ name: PathBytes, of source: PathBytes) {
        guard Self.isOne(name) else { return nil }
        let tail = name.bytes[(Self.head + 1)...]
        let wanted = Self.cut(source.bytes)
        let beside = SQLiteFile.companionSuffixes.map { wanted + Array($0.utf8) }
        guard tail.elementsEqual(wanted) || tail.starts(with: wanted + [UInt8(ascii: ":")]) || beside.contains(where: tail.elementsEqual)
        else { return nil }
        bytes = name
        isBeside = !tail.elementsEqual(wanted) && !tail.starts(with: wanted + [UInt8(ascii: ":")])
    }
}
