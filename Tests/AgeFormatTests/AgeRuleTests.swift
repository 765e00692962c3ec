import AgeFormat
import Crypto
import Foundation
import Testing

/// Files that break one rule each, or only seem to; the program `age` is asked, too, and has to agree.
@Suite struct AgeRuleTests {
    let scratch: Scratch
    let identity: AgeIdentity

    init() throws {
        scratch = try Scratch()
        identity = try scratch.key()
    }

    private static let full = String(repeating: "A", count: 64)
    private static let first = "age-encryption.org/v1\n"

    /// A change of a header whose proof is made anew.
    private struct Row: CustomTestStringConvertible {
        let name: String
        var isGood = false
        /// Whether the program overlooks it (age 1.1.1), against the format's own vectors.
        var isOverlooked = false
        /// Changes what stands before the proof; it ends with `---`.
        var change: @Sendable (String) -> String = { $0 }
        /// Changes the proof's text.
        var proof: @Sendable (String) -> String = { $0 }
        var testDescription: String { name }
    }

    private static func added(_ stanza: String, _ name: String, isGood: Bool = false) -> Row {
        Row(name: name, isGood: isGood, change: { $0.replacing(first, with: first + stanza) })
    }

    private static let rows: [Row] = [
        Row(name: "nothing changed", isGood: true),
        Row(name: "version 2", change: { $0.replacing("org/v1", with: "org/v2") }),
        Row(name: "a carriage return after the version", change: { $0.replacing(first, with: "age-encryption.org/v1\r\n") }),
        Row(name: "nobody's", change: { _ in first + "---" }),
        added("-> other word !~\n\n", "another kind of key without content", isGood: true),
        added("-> other\nYQ\n", "another kind of key", isGood: true),
        added("-> other\n\(full)\n\n", "a full line and an empty one", isGood: true),
        added("-> x25519 a\nYQ\n", "a kind that is spelled otherwise", isGood: true),
        added("-> other\nYQ==\n", "padding"),
        added("-> other\nYR\n", "bits that are not zero"),
        added("-> other\nY\n", "a lone character"),
        added("-> other\nY Q\n", "a blank in the content"),
        added("-> other\nYQ\r\n", "a carriage return in the content"),
        added("-> other \n\n", "an empty last word"),
        added("->  other\n\n", "an empty word"),
        added("->\n\n", "no word"),
        added("-> \n\n", "no word but a blank"),
        added("--> other\n\n", "another beginning"),
        added("-> oth\u{7f}er\n\n", "an invisible character"),
        added("-> öther\n\n", "a character beyond ASCII"),
        added("-> other\n", "no content"),
        added("-> other\n\(full)\n", "a full line without an end"),
        added("-> other\n\(full)A\n", "a line that is too long"),
        added("-> other\nYQ\nYQ\n", "two short lines"),
        Row(
            name: "a passphrase beside", isOverlooked: true,
            change: { $0.replacing(first, with: first + "-> scrypt YWFhYWFhYWFhYWFhYWFhYQ 10\n\(full.prefix(43))\n") }),
        Row(name: "its only kind in lower case", change: { $0.replacing("-> X25519 ", with: "-> x25519 ") }),
        Row(name: "a third word", change: { $0.replacing("-> X25519 ", with: "-> X25519 x ") }),
        Row(name: "no key of its own", change: { $0.replacing(#/X25519 \S+/#, with: "X25519") }),
        Row(name: "a short key", change: { $0.replacing(#/X25519 \S+/#, with: "X25519 " + full.prefix(42)) }),
        Row(name: "a long key", change: { $0.replacing(#/X25519 \S+/#, with: "X25519 " + full.prefix(44)) }),
        Row(name: "a key of zeros", change: { $0.replacing(#/X25519 \S+/#, with: "X25519 " + full.prefix(43)) }),
        Row(
            name: "a key of low order",
            change: { $0.replacing(#/X25519 \S+/#, with: "X25519 4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA") }),
        Row(name: "another key", change: { $0.replacing(#/X25519 \S+/#, with: "X25519 BQ" + full.prefix(41)) }),
        Row(name: "a short file key", change: { $0.replacing(#/\n\S{43}\n/#, with: "\n" + full.prefix(42) + "\n") }),
        Row(name: "a long file key", change: { $0.replacing(#/\n\S{43}\n/#, with: "\n" + full.prefix(44) + "\n") }),
        Row(name: "no proof", proof: { _ in "" }),
        Row(name: "no blank before the proof", proof: { String($0.dropFirst()) }),
        Row(name: "two blanks before the proof", proof: { " " + $0 }),
        Row(name: "a blank behind the proof", proof: { $0 + " " }),
        Row(name: "a padded proof", proof: { $0 + "=" }),
        Row(name: "a short proof", proof: { String($0.dropLast()) }),
        Row(name: "a long proof", proof: { $0 + "AAAA" }),
        Row(name: "another proof", proof: { String($0.prefix(1)) + String($0.dropFirst().reversed()) }),
    ]

    @Test("a header", arguments: rows)
    private func hasHeader(row: Row) throws {
        let file = try Whole.encrypt(Array("content".utf8), for: [identity.recipient])
        let header = try AgeHeader(reading: file)
        let text = String(decoding: file[..<header.size], as: UTF8.self).split(separator: " ").dropLast().joined(separator: " ")
        let signed = row.change(text)
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: try header.fileKey(for: [identity])), salt: Data(), info: Data("header".utf8),
            outputByteCount: 32)
        let mac = Data(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)).base64EncodedString().replacing("=", with: "")
        try expect(
            Array((signed + row.proof(" " + mac) + "\n").utf8) + file[header.size...], isGood: row.isGood, overlooked: row.isOverlooked,
            row.name)
    }

    /// Chunks by their sizes, numbers and whether they say that they are the last.
    private struct Chunks: CustomTestStringConvertible {
        let name: String
        var isGood = false
        let list: [(size: Int, number: Int64, isLast: Bool)]
        var more = 0
        var saltSize = 16
        var testDescription: String { name }
    }

    @Test(
        "chunks",
        arguments: [
            Chunks(name: "one empty chunk", isGood: true, list: [(0, 0, true)]),
            Chunks(name: "a full last chunk", isGood: true, list: [(65_536, 0, true)]),
            Chunks(name: "two full chunks", isGood: true, list: [(65_536, 0, false), (65_536, 1, true)]),
            Chunks(name: "a full one and a byte", isGood: true, list: [(65_536, 0, false), (1, 1, true)]),
            Chunks(name: "an empty chunk behind a full one", list: [(65_536, 0, false), (0, 1, true)]),
            Chunks(name: "none", list: []),
            Chunks(name: "a short salt", list: [], saltSize: 15),
            Chunks(name: "no last one, short", list: [(5, 0, false)]),
            Chunks(name: "no last one, full", list: [(65_536, 0, false)]),
            Chunks(name: "no last one of two", list: [(65_536, 0, false), (65_536, 1, false)]),
            Chunks(name: "two last ones", list: [(65_536, 0, true), (65_536, 1, true)]),
            Chunks(name: "two short last ones", list: [(5, 0, true), (5, 1, true)]),
            Chunks(name: "a short one before the last", list: [(5, 0, false), (5, 1, true)]),
            Chunks(name: "the wrong order", list: [(65_536, 1, false), (65_536, 0, false), (5, 2, true)]),
            Chunks(name: "one twice", list: [(65_536, 0, false), (65_536, 0, false), (5, 2, true)]),
            Chunks(name: "one left out", list: [(65_536, 0, false), (5, 2, true)]),
            Chunks(name: "a byte behind", list: [(5, 0, true)], more: 1),
            Chunks(name: "a byte behind a full one", list: [(65_536, 0, true)], more: 1),
            Chunks(name: "a tag behind", list: [(65_536, 0, true)], more: 16),
            Chunks(name: "much behind", list: [(65_536, 0, true)], more: 70_000),
        ])
    private func hasChunks(row: Chunks) throws {
        let empty = try Whole.encrypt([], for: [identity.recipient])
        let header = try AgeHeader(reading: empty)
        let salt = [UInt8](repeating: 7, count: row.saltSize)
        let stream = AgeStream(fileKey: try header.fileKey(for: [identity]), salt: salt)
        var file = header.text + salt
        for chunk in row.list {
            let sealed = try Whole.content(chunk.size).withUnsafeBytes { try stream.seal($0, number: chunk.number, isLast: chunk.isLast) }
            file += sealed.content + sealed.tag
        }
        try expect(file + [UInt8](repeating: 0, count: row.more), isGood: row.isGood, row.name)
    }

    private func expect(_ file: [UInt8], isGood: Bool, overlooked: Bool = false, _ name: String) throws {
        if isGood {
            _ = try Whole.decrypt(file, [identity])
        } else {
            #expect(throws: AgeError.self, "\(name)") { try Whole.decrypt(file, [identity]) }
        }
        try scratch.write(file, to: "file.age")
        let (text, status) = try scratch.run("age -d -i key file.age > /dev/null")
        #expect((status == 0) == (isGood || overlooked), "age says of \(name): \(text)")
    }
}
