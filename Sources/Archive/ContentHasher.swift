import Crypto

/// SHA-256 over content that comes in pieces.
package struct ContentHasher {
    private var hasher = SHA256()

    /// Of nothing yet.
    package init() {}

    /// Takes the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hasher.update(bufferPointer: bytes)
    }

    /// The digest of all bytes so far.
    package var digest: ContentDigest { ContentDigest(hasher.finalize()) }
}
