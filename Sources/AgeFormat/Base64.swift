/// Base 64 without padding, in the only spelling that a value has (RFC 4648, sections 3.2 and 3.5).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var (rest, bits): (UInt32, Int) = (0, 0)
        for byte in bytes {
            rest = (rest << 8 | UInt32(byte)) & 0xffff
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(rest >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(rest << UInt32(6 - bits) & 63)]) }
        return text
    }

    /// Nil for padding, for other characters, and for bits beyond the last byte that are not zero.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (rest, bits): (UInt32, Int) = (0, 0)
        for character in text {
            let value = values[Int(character)]
            guard value != 255 else { return nil }
            rest = (rest << 6 | UInt32(value)) & 0x3fff
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(rest >> UInt32(bits) & 255))
        }
        guard bits < 6, rest & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return bytes
    }
}
