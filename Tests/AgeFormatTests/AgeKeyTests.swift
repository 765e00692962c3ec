import AgeFormat
import Testing

/// Texts of keys, and files of them.
@Suite struct AgeKeyTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func aTextThatIsNotExactlyAPublicKeyIsRefused() throws {
        let text = try scratch.key().recipient.description
        let other = text.hasSuffix("q") ? "p" : "q"
        let wrong = [
            "", "age1", text.uppercased(), " " + text, text + "\n", String(text.dropLast()), String(text.dropLast()) + other,
            text.replacing("age1", with: "agf1"), text.prefix(20) + text.dropFirst(20).uppercased(), "ü" + text,
            // A point of low order, spelled as it should be.
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
        ]
        for text in wrong { #expect(throws: AgeError.self, "\(text)") { try AgeRecipient(text) } }
        let low = #expect(throws: AgeError.self) { try AgeRecipient("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z") }
        #expect(low == .recipient("it is a point that keeps no secret"))
    }

    @Test func aSecretKeyShowsInNoText() throws {
        let identity = try scratch.key()
        let text = try #require(String(decoding: scratch.read("key"), as: UTF8.self).split(separator: "\n").last)
        #expect("\(identity)" == "***" && "\([identity])" == "[***]" && String(reflecting: identity) == "***")
        for wrong in [
            text.lowercased(), text.dropLast() + (text.hasSuffix("Q") ? "P" : "Q"), "x" + text, text + " ", text.dropLast(9) + "",
        ] {
            let error = #expect(throws: AgeError.self) { try AgeIdentity.list(from: Array(wrong.utf8)) }
            let shown = "\(try #require(error))"
            #expect(shown.hasPrefix("it is no secret key of age: line 1: "), "\(shown)")
            #expect(!shown.contains(text.suffix(12)) && !shown.contains(text.prefix(25)))
        }
    }

    @Test func aFileOfKeysHasCommentsAndSeveralLines() throws {
        let texts = try ["a", "b"].map { try (scratch.key($0), String(decoding: scratch.read($0), as: UTF8.self)) }
        let both = texts[0].1 + "\n# more\n" + texts[1].1.replacing("\n", with: "\r\n")
        let found = try AgeIdentity.list(from: Array(both.utf8))
        #expect(found.map(\.recipient) == texts.map(\.0.recipient))
        let rows = [
            "# nothing\n": "it is no secret key of age: it holds no line AGE-SECRET-KEY-1…",
            "age-encryption.org/v1\n": "it is no secret key of age: it is encrypted itself: decrypt it with age -d first",
            "#\nAGE-PLUGIN-X-1QQ\n": "it is no secret key of age: line 2 is a key of an age plugin, which is not supported",
        ]
        for (text, problem) in rows {
            let error = #expect(throws: AgeError.self) { try AgeIdentity.list(from: Array(text.utf8)) }
            #expect("\(try #require(error))" == problem)
        }
    }
}
