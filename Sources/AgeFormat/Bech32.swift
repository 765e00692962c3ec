/// The spelling of keys (BIP 173, without its bound on the length).
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let separator = UInt8(ascii: "1")
    private static let checksumLength = 6

    /// Why a text is refused.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    /// Reads a text that is all lower or all upper case.
    /// - Returns: the prefix as it is written, and the bytes.
    static func decode(_ text: String) throws(Refusal) -> (prefix: String, bytes: [UInt8]) {
        let written = Array(text.utf8)
        guard written.allSatisfy({ (33...126).contains($0) }) else { throw Refusal(reason: "it holds characters that no key has") }
        let lower = written.map(Self.lowered)
        guard written == lower || written == written.map(Self.raised) else { throw Refusal(reason: "it mixes upper and lower case") }
        guard let mark = lower.lastIndex(of: separator), mark > 0, lower.count - mark - 1 >= checksumLength else {
            throw Refusal(reason: "it is cut")
        }
        var values: [UInt8] = []
        for character in lower[(mark + 1)...] {
            guard let value = alphabet.firstIndex(of: character) else { throw Refusal(reason: "it holds characters that no key has") }
            values.append(UInt8(value))
        }
        guard remainder(of: expanded(lower[..<mark]) + values) == 1 else {
            throw Refusal(reason: "its checksum does not fit: a character is wrong or missing")
        }
        let prefix = String(decoding: written[..<mark], as: UTF8.self)
        return (prefix, try bytes(of: values.dropLast(checksumLength)))
    }

    /// The text of a key, in lower case.
    static func encode(prefix: String, _ bytes: [UInt8]) -> String {
        var values: [UInt8] = []
        var (rest, bits): (UInt32, Int) = (0, 0)
        for byte in bytes {
            rest = rest << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                values.append(UInt8(rest >> UInt32(bits) & 31))
            }
        }
        if bits > 0 { values.append(UInt8(rest << UInt32(5 - bits) & 31)) }
        let checksum = remainder(of: expanded(prefix.utf8) + values + [UInt8](repeating: 0, count: checksumLength)) ^ 1
        values += (0..<checksumLength).map { UInt8(checksum >> UInt32(5 * (checksumLength - 1 - $0)) & 31) }
        return prefix + "1" + String(decoding: values.map { alphabet[Int($0)] }, as: UTF8.self)
    }

    private static func bytes(of values: some Sequence<UInt8>) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        var (rest, bits): (UInt32, Int) = (0, 0)
        for value in values {
            rest = (rest << 5 | UInt32(value)) & 0xfff
            bits += 5
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(rest >> UInt32(bits) & 255))
        }
        guard bits < 5, rest & (1 << UInt32(bits) - 1) == 0 else { throw Refusal(reason: "it is spelled with bits too many") }
        return bytes
    }

    private static func expanded(_ prefix: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(prefix)
        return bytes.map { $0 >> 5 } + [0] + bytes.map { $0 & 31 }
    }

    private static func remainder(of values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var remainder: UInt32 = 1
        for value in values {
            let top = remainder >> 25
            remainder = (remainder & 0x1ff_ffff) << 5 ^ UInt32(value)
            for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { remainder ^= generator[bit] }
        }
        return remainder
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

    private static func raised(_ byte: UInt8) -> UInt8 { (97...122).contains(byte) ? byte - 32 : byte }
}
