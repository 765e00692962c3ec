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
