package import Crypto

/// A SHA-256 digest, as the manifest, `point.json` and `checksums` write it.
package struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the digest.
    package let bytes: [UInt8]

    /// Takes the result of a finished hash.
    package init(_ digest: SHA256.Digest) {
        bytes = Array(digest)
    }

    /// Hashes bytes that are all in memory.
    package init(of content: some Sequence<UInt8>) {
        self.init(SHA256.hash(data: Array(content)))
    }

    /// Reads what ``description`` writes; nil for anything else.
    package init?(hexadecimal text: [UInt8]) {
        guard text.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(of: text[index]), let low = Self.value(of: text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case _: nil
        }
    }

    /// 64 lower-case hexadecimal digits, the form of `sha256sum`.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
