import Crypto

/// Tells blocks of content apart by short tags that only the holder of a key can make.
///
/// AES-GMAC, several times faster than SHA-256. Nobody who writes the content knows the key, so nobody can make two blocks with one tag; whoever
/// reads the tags can read the content anyway. For nothing else: the nonce is always the same.
package struct BlockAuthenticator {
    /// Bytes of a key.
    package static let keySize = 32
    /// Bytes of a tag.
    package static let tagSize = 16
    private static let nonce = [UInt8](repeating: 0, count: 12)

    private let key: SymmetricKey

    /// - Parameter key: ``keySize`` random bytes, kept with the tags.
    package init(key: [UInt8]) {
        precondition(key.count == Self.keySize, "a key has \(Self.keySize) bytes, not \(key.count)")
        self.key = SymmetricKey(data: key)
    }

    /// The tag of a block.
    package func tag(of block: UnsafeRawBufferPointer) throws(ArchiveError) -> [UInt8] {
        do {
            let sealed = try AES.GCM.seal([UInt8](), using: key, nonce: AES.GCM.Nonce(data: Self.nonce), authenticating: block)
            return Array(sealed.tag)
        } catch {
            throw .compression(reason: "a block cannot be authenticated: \(error)")
        }
    }
}
