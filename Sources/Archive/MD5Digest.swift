import Crypto

/// MD5, for what other machines give as the tag of a file: it shows damage, and no forgery.
package enum MD5Digest {
    /// The 16 bytes of the digest.
    package static func of(_ content: [UInt8]) -> [UInt8] { Array(Insecure.MD5.hash(data: content)) }
}
