extension RunID {
    /// The same 128 bits in the form of a UUID, for those who know no ULID.
    package var uuid: String {
        var (high, low): (UInt64, UInt64) = (0, 0)
        for character in rawValue.utf8 {
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(Self.value(of: character))
        }
        let digits = Self.hexadecimal(high) + Self.hexadecimal(low)
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    private static func hexadecimal(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
