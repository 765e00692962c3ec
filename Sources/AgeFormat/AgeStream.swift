import Crypto
package import FoundationEssentials

/// The content of a file in chunks, each of which opens alone: the nonce is its number, and says whether it is the last.
package struct AgeStream {
    /// Bytes of a chunk's content; the last one may have fewer.
    package static let chunkSize = 64 << 10
    package static let tagSize = 16
    /// Bytes between the header and the first chunk, from which the key of the content is made.
    package static let saltSize = 16

    private let key: SymmetricKey

    package init(fileKey: [UInt8], salt: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: fileKey), salt: salt, info: Array("payload".utf8), outputByteCount: 32)
    }

    /// Encrypts a chunk.
    package func seal(
        _ content: UnsafeRawBufferPointer, number: Int64, isLast: Bool
    ) throws(AgeError) -> (content: Data, tag: Data) {
        do {
            let box = try ChaChaPoly.seal(content, using: key, nonce: Self.nonce(number, isLast))
            return (box.ciphertext, box.tag)
        } catch {
            throw .cipher("\(error)")
        }
    }

    /// Decrypts a chunk with its tag behind it.
    /// - Returns: nil when it was changed, or is not the one with this number, or is not the last one while it should be.
    func open(_ sealed: UnsafeRawBufferPointer, number: Int64, isLast: Bool) -> Data? {
        do {
            let size = sealed.count - Self.tagSize
            let box = try ChaChaPoly.SealedBox(
                nonce: Self.nonce(number, isLast), ciphertext: UnsafeRawBufferPointer(rebasing: sealed[..<size]),
                tag: UnsafeRawBufferPointer(rebasing: sealed[size...]))
            return try ChaChaPoly.open(box, using: key)
        } catch {
            return nil
        }
    }

    private static func nonce(_ number: Int64, _ isLast: Bool) throws -> ChaChaPoly.Nonce {
        var bytes: [UInt8] = [0, 0, 0]
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * $0)) }
        return try ChaChaPoly.Nonce(data: bytes + [isLast ? 1 : 0])
    }

    /// Random bytes that nobody can guess.
    static func randomBytes16() -> [UInt8] { SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) } }
}
