import Crypto
import FoundationEssentials

/// A public key, `age1…`: whoever has it can encrypt for the owner of the secret one.
package struct AgeRecipient: Hashable, Sendable, CustomStringConvertible {
    static let keySize = 32
    private static let prefix = "age"

    /// The 32 bytes of the point.
    let key: [UInt8]

    /// Reads the form that `age-keygen` prints, in lower case and without blanks.
    package init(_ text: String) throws(AgeError) {
        let decoded: (prefix: String, bytes: [UInt8])
        do throws(Bech32.Refusal) {
            decoded = try Bech32.decode(text)
        } catch {
            throw .recipient(error.reason)
        }
        guard decoded.prefix == Self.prefix else { throw .recipient("it does not begin with age1 in lower case") }
        guard decoded.bytes.count == Self.keySize else {
            throw .recipient("it has \(decoded.bytes.count) bytes instead of \(Self.keySize)")
        }
        self.init(key: decoded.bytes)
        // A point that gives everybody the same secret must not become a key.
        _ = try AgeWrapping.wrap([UInt8](repeating: 0, count: AgeWrapping.fileKeySize), for: self)
    }

    init(key: [UInt8]) {
        self.key = key
    }

    /// As `age-keygen` prints it.
    package var description: String { Bech32.encode(prefix: Self.prefix, key) }

    /// The beginning of `printf %s age1… | sha256sum`: 16 digits that tell keys apart and cannot be turned back into one.
    package var fingerprint: String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256.hash(data: Array(description.utf8)).prefix(8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
