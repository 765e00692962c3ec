/// A number of bytes. Written with the suffixes K, M, G, T, each 1,024 times the one before; `KiB` means the same as `K`.
public struct ByteCount: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number.
    public let bytes: Int64

    /// `bytes` bytes.
    public init(_ bytes: Int64) { self.bytes = bytes }

    /// Reads `2G`, `512M`, `1.5GiB`, `4096`.
    /// - Returns: nil for anything else, a negative number, or more than 8 EiB.
    public init?(text: String) {
        var digits = text
        var factor = 1.0
        if digits.hasSuffix("iB") { digits.removeLast(2) }
        if let last = digits.last, let unit = "KMGT".firstIndex(of: last) {
            let power = "KMGT".distance(from: "KMGT".startIndex, to: unit) + 1
            for _ in 0..<power { factor *= 1024 }
            digits.removeLast()
        } else if digits.count != text.count {
            return nil
        }
        guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(digits) else { return nil }
        let product = number * factor
        guard product < 9_000_000_000_000_000_000 else { return nil }
        bytes = Int64(product)
    }

    /// Fewer bytes first.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// For people: `12.3 MiB`; below 1,024 bytes `17 B`.
    public var description: String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }

    /// As a setting is written: the shortest exact form, for example `2G`.
    public var settingText: String {
        var value = bytes
        var suffix = ""
        for next in ["K", "M", "G", "T"] where value != 0 && value % 1024 == 0 {
            value /= 1024
            suffix = next
        }
        return "\(value)\(suffix)"
    }
}
