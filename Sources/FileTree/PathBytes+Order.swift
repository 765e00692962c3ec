/// The order in which ``TreeWalk`` meets entries, whose paths are relative to one root.
extension PathBytes {
    /// Whether a walk meets this path first: a folder comes before its content, and that before the folder's next sibling.
    ///
    /// Byte order with the slash before every other byte.
    package func isWalked(before other: PathBytes) -> Bool {
        bytes.withUnsafeBytes { left in
            other.bytes.withUnsafeBytes { right in
                for index in 0..<min(left.count, right.count) where left[index] != right[index] {
                    if left[index] == UInt8(ascii: "/") { return true }
                    return right[index] == UInt8(ascii: "/") ? false : left[index] < right[index]
                }
                return left.count < right.count
            }
        }
    }

    /// Whether the path leads to something in this folder, at any depth.
    package func isBelow(_ folder: PathBytes) -> Bool {
        if folder.isEmpty { return !isEmpty }
        return bytes.count > folder.bytes.count && bytes[folder.bytes.count] == UInt8(ascii: "/") && bytes.starts(with: folder.bytes)
    }

    /// The path without its last name; empty when there is only one.
    package var parent: PathBytes {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return PathBytes("") }
        return PathBytes(bytes[..<slash])
    }
}
