import Crypto
import FoundationEssentials

/// A secret key, `AGE-SECRET-KEY-1…`. It prints as `***`.
package struct AgeIdentity: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private static let prefix = "AGE-SECRET-KEY-"

    let key: Curve25519.KeyAgreement.PrivateKey

    /// Reads the form that `age-keygen` writes, in upper case and without blanks.
    package init(_ text: String) throws(AgeError) {
        let decoded: (prefix: String, bytes: [UInt8])
        do throws(Bech32.Refusal) {
            decoded = try Bech32.decode(text)
        } catch {
            throw .identity(error.reason)
        }
        guard decoded.prefix == Self.prefix else { throw .identity("it does not begin with \(Self.prefix)1 in upper case") }
        do {
            key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: decoded.bytes)
        } catch {
            throw .identity("it has \(decoded.bytes.count) bytes instead of \(AgeRecipient.keySize)")
        }
    }

    /// The public key that belongs to it.
    package var recipient: AgeRecipient { AgeRecipient(key: Array(key.publicKey.rawRepresentation)) }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Reads a file of `age-keygen`: a key a line, empty lines and lines that begin with `#` between them.
    package static func list(from text: [UInt8]) throws(AgeError) -> [AgeIdentity] {
        var found: [AgeIdentity] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if text.isEmpty || text.first == UInt8(ascii: "#") { continue }
            found.append(try identity(of: text, line: index + 1))
        }
        guard !found.isEmpty else { throw .identity("it holds no line AGE-SECRET-KEY-1…") }
        return found
    }

    private static func identity(of bytes: ArraySlice<UInt8>, line: Int) throws(AgeError) -> AgeIdentity {
        if line == 1, bytes.starts(with: Array("age-encryption.org/".utf8)) || bytes.starts(with: Array("-----BEGIN AGE".utf8)) {
            throw .identity("it is encrypted itself: decrypt it with age -d first")
        }
        if bytes.starts(with: Array("AGE-PLUGIN-".utf8)) {
            throw .identity("line \(line) is a key of an age plugin, which is not supported")
        }
        do throws(AgeError) {
            return try AgeIdentity(String(decoding: bytes, as: UTF8.self))
        } catch {
            guard case .identity(let reason) = error else { throw error }
            throw .identity("line \(line): \(reason)")
        }
    }
}
