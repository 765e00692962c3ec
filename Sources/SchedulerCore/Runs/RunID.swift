/// The id of a run: a ULID, 26 characters of Crockford's base 32, sortable by the time it was made.
///
/// https://github.com/ulid/spec: 48 bits of milliseconds since 1970, then 80 random bits.
package struct RunID: Sendable, Hashable, Comparable, Codable, CustomStringConvertible, RawRepresentable {
    package let rawValue: String

    /// - Returns: nil when the text is not a ULID in upper case.
    package init?(rawValue: String) {
        let bytes = Array(rawValue.utf8)
        guard bytes.count == 26, bytes[0] <= UInt8(ascii: "7"), bytes.allSatisfy(Self.alphabet.contains) else { return nil }
        self.rawValue = rawValue
    }

    /// A new id; its random bits come from the system.
    /// - Parameter milliseconds: since 1970, UTC.
    package init(milliseconds: Int64) {
        // No `inout` generator here: that of the system has no memory, and Thread Sanitizer would watch the address it lacks.
        self.init(milliseconds: milliseconds, high: .random(in: Self.half), low: .random(in: Self.half))
    }

    /// A new id.
    /// - Parameters:
    ///   - milliseconds: since 1970, UTC.
    ///   - random: where the random bits come from.
    package init(milliseconds: Int64, random: inout some RandomNumberGenerator) {
        let high = UInt64.random(in: Self.half, using: &random)
        self.init(milliseconds: milliseconds, high: high, low: .random(in: Self.half, using: &random))
    }

    private init(milliseconds: Int64, high: UInt64, low: UInt64) {
        var characters = [UInt8](repeating: 0, count: 26)
        var time = UInt64(max(0, milliseconds)) & 0xffff_ffff_ffff
        for index in stride(from: 9, through: 0, by: -1) {
            characters[index] = Self.alphabet[Int(time & 31)]
            time >>= 5
        }
        var (high, low) = (high, low)
        for index in stride(from: 17, through: 10, by: -1) {
            characters[index] = Self.alphabet[Int(high & 31)]
            high >>= 5
        }
        for index in stride(from: 25, through: 18, by: -1) {
            characters[index] = Self.alphabet[Int(low & 31)]
            low >>= 5
        }
        rawValue = String(decoding: characters, as: UTF8.self)
    }

    package var description: String { rawValue }

    package static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }

    /// What a character of the alphabet stands for.
    static func value(of character: UInt8) -> Int { alphabet.firstIndex(of: character) ?? 0 }

    private static let half: Range<UInt64> = 0..<(1 << 40)
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
