/// Parts of a large file that stand for all of it: its ends and some in between, at equal distances.
struct CopySamples {
    static let count: Int64 = 16
    static let size: Int64 = 64 * 1024
    let ranges: [Range<Int64>]

    /// - Returns: nil for a file that is compared as a whole.
    init?(of size: Int64) {
        guard size > Self.count * Self.size * 4 else { return nil }
        let distance = (size - Self.size) / (Self.count - 1)
        ranges = (0..<Self.count).map { number in
            let first = number == Self.count - 1 ? size - Self.size : number * distance
            return first..<first + Self.size
        }
    }
}
