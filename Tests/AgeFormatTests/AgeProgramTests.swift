import AgeFormat
import Testing

/// What we write is read by the program `age`, and the reverse.
@Suite struct AgeProgramTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let sizes = [0, 1, 63, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 327_680, 10 << 20]

    @Test("content of every size near a chunk's end goes both ways", arguments: sizes)
    func goesBothWays(size: Int) throws {
        let (identity, content) = (try scratch.key(), Whole.content(size))
        for piece in [1 << 20, 65_536, 40_001] {
            try scratch.write(try Whole.encrypt(content, for: [identity.recipient], piece: piece), to: "ours.age")
            try scratch.shell("age -d -i key ours.age > plain")
            #expect(try scratch.read("plain") == content)
        }
        try scratch.write(content, to: "plain")
        try scratch.shell("age -r \(identity.recipient) -o theirs.age plain")
        #expect(try Whole.decrypt(scratch.read("theirs.age"), [identity]) == content)
    }

    @Test func eachOfSeveralRecipientsReadsAloneAndNobodyElse() throws {
        let identities = try (0..<3).map { try scratch.key("key\($0)") }
        let stranger = try scratch.key("stranger")
        let ours = try Whole.encrypt(Array("hello".utf8), for: identities.map(\.recipient))
        try scratch.write(ours, to: "ours.age")
        try scratch.write(Array("hello".utf8), to: "plain")
        try scratch.shell("age \(identities.map { "-r \($0.recipient)" }.joined(separator: " ")) -o theirs.age plain")
        let theirs = try scratch.read("theirs.age")
        for (index, identity) in identities.enumerated() {
            #expect(try scratch.shell("age -d -i key\(index) ours.age") == "hello")
            #expect(try Whole.decrypt(ours, [stranger, identity]) == Array("hello".utf8))
            #expect(try Whole.decrypt(theirs, [identity]) == Array("hello".utf8))
        }
        for file in [ours, theirs] { #expect(throws: AgeError.noMatch) { try Whole.decrypt(file, [stranger]) } }
        #expect(throws: AgeError.noMatch) { try Whole.decrypt(ours, []) }
    }

    @Test func keysAreSpelledAsTheProgramSpellsThem() throws {
        let identity = try scratch.key()
        #expect(try scratch.shell("age-keygen -y key") == "\(identity.recipient)\n")
        #expect(try AgeRecipient("\(identity.recipient)") == identity.recipient)
        let digits = try scratch.shell("printf %s \(identity.recipient) | sha256sum | cut -c1-16")
        #expect(digits == "\(identity.recipient.fingerprint)\n")
    }
}
