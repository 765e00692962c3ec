import FoundationEssentials

/// The name of a point or a chain: a ULID, whose text sorts by time.
struct PointID: Hashable, Sendable, CustomStringConvertible {
    /// 26 characters of Crockford's alphabet.
    let description: String

    /// A new one for this instant.
    init(at instant: Date) {
        let random = RandomBytes.make(10)
        let milliseconds = UInt64(max(0, instant.timeIntervalSince1970 * 1000))
        var number = UInt128(milliseconds & 0xffff_ffff_ffff)
        for byte in random { number = number << 8 | UInt128(byte) }
        var text: [UInt8] = []
        for _ in 0..<26 {
            text.append(Self.alphabet[Int(number & 31)])
            number >>= 5
        }
        description = String(decoding: text.reversed(), as: UTF8.self)
    }

    /// Reads one; nil when the text is not one.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 26, text.utf8.allSatisfy(Self.alphabet.contains) else { return nil }
        description = String(text)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
