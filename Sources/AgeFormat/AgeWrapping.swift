import Crypto
import FoundationEssentials

/// How the key of a file travels in its header: encrypted for a public key of X25519.
enum AgeWrapping {
    static let fileKeySize = 16
    static let type = Array("X25519".utf8)
    private static let info = Array("age-encryption.org/v1/X25519".utf8)
    /// A wrapping key is used once.
    private static let nonce = [UInt8](repeating: 0, count: 12)
    private static let tagSize = 16

    /// The part of a header that gives the recipient the file's key.
    static func wrap(_ fileKey: [UInt8], for recipient: AgeRecipient) throws(AgeError) -> AgeStanza {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard let key = wrappingKey(ephemeral, with: recipient.key, share: share, recipient: recipient.key) else {
            throw .recipient("it is a point that keeps no secret")
        }
        do {
            let box = try ChaChaPoly.seal(fileKey, using: key, nonce: ChaChaPoly.Nonce(data: nonce))
            return AgeStanza(arguments: [type, Base64.encode(share)], body: Array(box.ciphertext) + Array(box.tag))
        } catch {
            throw .cipher("\(error)")
        }
    }

    /// The file's key; nil when the part is for somebody else.
    static func unwrap(_ stanza: AgeStanza, with identity: AgeIdentity) throws(AgeError) -> [UInt8]? {
        guard stanza.arguments.first == type else { return nil }
        guard stanza.arguments.count == 2, let share = Base64.decode(stanza.arguments[1]), share.count == AgeRecipient.keySize else {
            throw .header("a recipient has no key of its own")
        }
        guard stanza.body.count == fileKeySize + tagSize else {
            throw .header("a file's key has \(stanza.body.count) bytes instead of \(fileKeySize + tagSize)")
        }
        guard let key = wrappingKey(identity.key, with: share, share: share, recipient: identity.recipient.key) else {
            throw .header("a recipient has a point that keeps no secret")
        }
        do {
            let (sealed, tag) = (stanza.body.prefix(fileKeySize), stanza.body.suffix(tagSize))
            let box = try ChaChaPoly.SealedBox(nonce: ChaChaPoly.Nonce(data: nonce), ciphertext: sealed, tag: tag)
            return Array(try ChaChaPoly.open(box, using: key))
        } catch {
            // It is for somebody else, or was changed: the keys after it decide.
            return nil
        }
    }

    /// Nil where the two keys give zeros: whoever sees the file would know that secret, too.
    private static func wrappingKey(
        _ own: Curve25519.KeyAgreement.PrivateKey, with other: [UInt8], share: [UInt8], recipient: [UInt8]
    ) -> SymmetricKey? {
        do {
            let point = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: other)
            let secret = try own.sharedSecretFromKeyAgreement(with: point)
            guard secret.withUnsafeBytes({ $0.contains { $0 != 0 } }) else { return nil }
            return secret.hkdfDerivedSymmetricKey(
                using: SHA256.self, salt: share + recipient, sharedInfo: info, outputByteCount: 32)
        } catch {
            return nil
        }
    }
}
