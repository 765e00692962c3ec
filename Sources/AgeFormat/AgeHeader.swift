import Crypto
import FoundationEssentials

/// The beginning of an encrypted file: for whom it is, and proof that nobody changed that.
package struct AgeHeader: Sendable {
    /// Bytes that a header may have.
    package static let maximumSize = 1 << 16
    private static let firstLine = Array("age-encryption.org/v1\n".utf8)
    private static let mark = Array("---".utf8)
    private static let macSize = 32

    /// A part for each recipient.
    package let stanzas: [AgeStanza]
    /// Bytes in front of the content.
    package let size: Int
    /// What the proof is about.
    private let signed: [UInt8]
    private let mac: [UInt8]

    /// Makes a header by which each of the recipients gets the file's key.
    init(for recipients: [AgeRecipient], fileKey: [UInt8]) throws(AgeError) {
        precondition(!recipients.isEmpty, "a file for nobody could never be read")
        var stanzas: [AgeStanza] = []
        for recipient in recipients { stanzas.append(try AgeWrapping.wrap(fileKey, for: recipient)) }
        self.init(stanzas: stanzas, fileKey: fileKey)
        guard size <= Self.maximumSize else { throw .header("it is for too many recipients: \(recipients.count)") }
    }

    /// Signs these parts.
    package init(stanzas: [AgeStanza], fileKey: [UInt8]) {
        self.stanzas = stanzas
        signed = Self.firstLine + stanzas.flatMap(\.text) + Self.mark
        mac = Self.mac(of: signed, fileKey: fileKey)
        size = signed.count + 1 + Base64.encode(mac).count + 1
    }

    /// As it stands in front of the content.
    package var text: [UInt8] { signed + [UInt8(ascii: " ")] + Base64.encode(mac) + [UInt8(ascii: "\n")] }

    /// Reads a header.
    /// - Parameter bytes: the first bytes of a file, at least ``maximumSize`` of them where there are so many.
    package init(reading bytes: [UInt8]) throws(AgeError) {
        guard bytes.starts(with: Self.firstLine) else { throw .header("it does not begin with the line of version 1") }
        var lines = Lines(bytes: bytes, position: Self.firstLine.count)
        var stanzas: [AgeStanza] = []
        var line = try lines.next()
        while !line.starts(with: Self.mark) {
            stanzas.append(try Self.stanza(line, &lines))
            line = try lines.next()
        }
        guard !stanzas.isEmpty else { throw .header("it is for nobody") }
        let words = stanzas.map { $0.arguments[0] }
        guard !words.contains(Array("scrypt".utf8)) || stanzas.count == 1 else { throw .header("a passphrase stands beside other keys") }
        let proof = line.dropFirst(Self.mark.count)
        guard proof.first == UInt8(ascii: " "), let mac = Base64.decode(proof.dropFirst()), mac.count == Self.macSize else {
            throw .header("its last line is wrong")
        }
        self.stanzas = stanzas
        self.mac = mac
        signed = Array(bytes[..<(line.startIndex + Self.mark.count)])
        size = lines.position
    }

    /// The file's key, once a key at hand opens a part and the proof fits.
    package func fileKey(for identities: [AgeIdentity]) throws(AgeError) -> [UInt8] {
        for identity in identities {
            for stanza in stanzas {
                guard let fileKey = try AgeWrapping.unwrap(stanza, with: identity) else { continue }
                let known = HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: SymmetricKey(data: fileKey), salt: [UInt8](), info: Array("header".utf8), outputByteCount: 32)
                guard HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: signed, using: known) else {
                    throw .header("it was changed: its proof does not fit")
                }
                return fileKey
            }
        }
        throw .noMatch
    }

    private static func mac(of signed: [UInt8], fileKey: [UInt8]) -> [UInt8] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: fileKey), salt: [UInt8](), info: Array("header".utf8), outputByteCount: 32)
        return Array(HMAC<SHA256>.authenticationCode(for: signed, using: key))
    }

    private static func stanza(_ line: ArraySlice<UInt8>, _ lines: inout Lines) throws(AgeError) -> AgeStanza {
        guard line.starts(with: Array("-> ".utf8)) else { throw .header("a line begins no recipient") }
        let words = line.dropFirst(3).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map(Array.init)
        guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (33...126).contains($0) } }) else {
            throw .header("a recipient has an empty or unreadable word")
        }
        var text: [UInt8] = []
        while true {
            let part = try lines.next()
            guard part.count <= AgeStanza.lineLength else { throw .header("a line of a recipient is too long") }
            text += part
            if part.count < AgeStanza.lineLength { break }
        }
        guard let body = Base64.decode(text) else { throw .header("a recipient is not written as base 64 asks") }
        return AgeStanza(arguments: words, body: body)
    }

    /// Hands out lines without their ends.
    private struct Lines {
        let bytes: [UInt8]
        var position: Int

        mutating func next() throws(AgeError) -> ArraySlice<UInt8> {
            let rest = bytes[position...].prefix(AgeHeader.maximumSize - position)
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                throw .header(bytes.count < AgeHeader.maximumSize ? "it is cut" : "it is longer than \(AgeHeader.maximumSize) bytes")
            }
            defer { position = end + 1 }
            return bytes[position..<end]
        }
    }
}
